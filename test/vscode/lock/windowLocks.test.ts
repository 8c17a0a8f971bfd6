import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scheme } from "../../../src/vscode/uris";
import { testFolder } from "../../testFolder";
import { BundledExtension, bundleExtension } from "../../workbench/extension";
import { makeOffice } from "../../workbench/office";
import type { Question } from "../../workbench/user";
import { Uri } from "../../workbench/values";
import { Workbench } from "../../workbench/workbench";

describe.runIf(process.platform !== "win32")("windows of one user", () => {
  let bundle: BundledExtension;
  beforeAll(async () => {
    bundle = new BundledExtension(await bundleExtension());
  });

  /** Opens windows of one VS Code, with two documents open in each. */
  async function open(
    count: number,
    minutes: number,
    answer: (text: string) => string | undefined,
  ) {
    const { options, sheets, storage, clock } = await makeOffice(bundle, testFolder(), scheme);
    const settings = { ...options.settings, "cage.lock.afterMinutes": minutes };
    const [first, second] = sheets.map(({ account }) => account);
    if (first === undefined || second === undefined) throw new Error("there are no documents");
    const said: string[] = [];
    const user = {
      answer: ({ message }: Question) => {
        said.push(message);
        return answer(message);
      },
      ...{ type: () => undefined, pick: () => undefined, close: () => "cancel" as const },
    };
    const windows: Workbench[] = [];
    for (let index = 0; index < count; index++) {
      const window = new Workbench({ ...options, settings, user });
      window.start();
      for (const { path } of [first, second]) {
        await window.command("cage.openDecrypted", Uri.file(path));
        await window.settled();
        // An edit pins the tab, so that the next document does not take its place.
        const { uri } = path === first.path ? first : second;
        window.edit(uri, "typed");
        window.walk(uri, -1);
      }
      expect([...window.models.keys()]).toEqual([first.uri, second.uri]);
      windows.push(window);
    }
    const end = async () => {
      for (const window of windows) await window.killHost();
    };
    return { windows, said, first, second, storage, clock, end };
  }

  it("are all locked within seconds by Lock All Windows, which says how many it were", async () => {
    const { windows, said, end, storage } = await open(3, 0, () => undefined);
    const done = windows[0]?.command("cage.lockAllWindows");
    await windows[0]?.wait(3000);
    await done;
    for (const window of windows) expect([...window.models.keys()]).toEqual([]);
    expect(said).toContain("This window and 2 others are locked.");
    expect(said.join()).toContain("Lock All Windows in another window locked this one");
    expect(await readdir(join(storage, "windows"))).toEqual([]);
    await end();
  });

  it("are left alone by Lock Now, which says so and offers to lock them", async () => {
    const offers = ["nothing", "Lock All Windows"];
    for (const pressed of offers) {
      const { windows, said, end } = await open(2, 0, (text) =>
        text.includes("still unlocked") ? pressed : undefined,
      );
      await windows[0]?.command("cage.lockNow");
      await windows[0]?.wait(3000);
      expect(said).toContain("This window is locked. 1 other window of yours is still unlocked.");
      expect(windows[0]?.models.size).toBe(0);
      expect(windows[1]?.models.size).toBe(pressed === "nothing" ? 2 : 0);
      await end();
    }
  });

  it.each([
    ["of this machine", `here ${"0".repeat(8)} pid:[1]`],
    ["of an earlier boot", "here 0-0 pid:[1]"],
    ["of another machine", "elsewhere 1 pid:[1]"],
    ["of a system that tells nothing", ""],
  ])("that are gone are neither counted nor waited for: one %s", async (_whose, home) => {
    const { windows, said, storage, end } = await open(1, 0, () => undefined);
    const folder = join(storage, "windows");
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{24}\.unlocked$/)]);
    const file = join(folder, `${"0".repeat(24)}.unlocked`);
    // Earlier versions wrote which process the window was.
    await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, start: "1 x", home }));
    await utimes(file, new Date(), new Date(Date.now() - 61_000));
    await windows[0]?.command("cage.lockNow");
    await windows[0]?.wait(3000);
    expect(said).toEqual([]);
    const done = windows[0]?.command("cage.lockAllWindows");
    await windows[0]?.wait(200);
    await done;
    expect(said).toEqual(["This window is locked. No other window of yours was unlocked."]);
    await end();
  });

  it("that close say so before they are gone", async () => {
    const { windows, storage, end } = await open(1, 0, () => undefined);
    await windows[0]?.host?.deactivate();
    expect(await readdir(join(storage, "windows"))).toEqual([]);
    await windows[0]?.wait(3000);
    expect(await readdir(join(storage, "windows"))).toEqual([]);
    await end();
  });

  it("show up again after they slept, and lock if they were asked to meanwhile", async () => {
    const { windows, said, storage, end } = await open(2, 0, () => undefined);
    const folder = join(storage, "windows");
    const [locking, sleeping] = windows;
    const sleep = async () => {
      for (const name of await readdir(folder)) await utimes(join(folder, name), 1, 1);
    };
    await sleep();
    await locking?.command("cage.lockNow");
    expect(said).toEqual([]);
    await sleeping?.wait(1000);
    await locking?.command("cage.lockNow");
    await sleeping?.settled();
    expect(said).toEqual(["This window is locked. 1 other window of yours is still unlocked."]);
    await sleep();
    const done = locking?.command("cage.lockAllWindows");
    await locking?.settled();
    await sleeping?.wait(3000);
    await done;
    expect(sleeping?.models.size).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    await end();
  });

  it("say once that idle time locked them, and Open Again brings every document back", async () => {
    const { windows, said, first, second, end } = await open(1, 5, () => "Open Again");
    const [window] = windows;
    await window?.wait(5 * 60_000 + 2000);
    await window?.wait(3000);
    expect(said).toEqual([
      "Cage locked itself after 5 minutes without use and closed 2 documents. Open Again brings back those whose keys are at hand, and may ask for one.",
    ]);
    expect([...(window?.models.keys() ?? [])].sort()).toEqual([first.uri, second.uri].sort());
    await end();
  });

  it("say of unsaved text that it is kept in a draft", async () => {
    const { windows, said, second, end } = await open(1, 5, () => undefined);
    windows[0]?.edit(second.uri, "typed");
    await windows[0]?.wait(5 * 60_000 + 2000);
    await windows[0]?.wait(3000);
    expect(said.join()).toContain("2 documents. Unsaved text of 1 file is kept in a draft. Open");
    await end();
  });

  it.each([
    ["at once", 0, 0],
    ["after idle time", 5, 5 * 60_000 + 2000],
  ])("that their user locked %s bring no clean document back", async (_when, minutes, idle) => {
    const { windows, first, end } = await open(1, minutes, () => undefined);
    const [window] = windows;
    await window?.wait(idle);
    await window?.command("cage.lockNow");
    await window?.wait(3000);
    await window?.command("cage.openDecrypted", Uri.file(first.path));
    await window?.wait(3000);
    expect([...(window?.models.keys() ?? [])]).toEqual([first.uri]);
    await end();
  });
});
