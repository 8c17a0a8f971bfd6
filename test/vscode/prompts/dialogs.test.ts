import { Uri } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { VscodePrompts } from "../../../src/vscode/prompts/vscodePrompts";
import { noticeText } from "../../../src/vscode/prompts/guardDialog";
import { bytes } from "../../documents/kit";
import { user } from "../fakeUser";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.age";

/** Prompts, and what they compared, logged and showed. */
function prompting(fault: Error | null = null) {
  const compared: unknown[] = [];
  const logged: string[] = [];
  const compare = (...it: readonly unknown[]) => {
    compared.push(it.filter((one) => one !== undefined));
    return fault === null ? Promise.resolve() : Promise.reject(fault);
  };
  const log = {
    info: (text: string) => logged.push(text),
    failure: (what: string) => logged.push(`error ${what}`),
  };
  const nothing = () => Promise.resolve();
  const prompts = new VscodePrompts(compare, log as never, nothing, () => Promise.resolve(null));
  return { prompts, compared, logged };
}

describe("the question for a passphrase", () => {
  it("names the file, and takes no empty one", async () => {
    const { prompts } = prompting();
    user.will("", "words");
    const request = { path, purpose: "open a file", attempt: "first" } as const;
    expect(await prompts.passphrase(request)).toEqual(bytes("words"));
    expect(user.refused.map(([typed]) => typed)).toEqual([""]);
    expect(user.last()).toMatchObject({
      ...{ text: "Passphrase for a.age", detail: "Type the passphrase of a.age." },
    });
  });

  it("says that it was wrong, and which identity file it is for; null where it is dismissed", async () => {
    const { prompts } = prompting();
    user.will(undefined);
    const request = { path, purpose: "unlock an identity", attempt: "after a wrong one" } as const;
    expect(await prompts.passphrase(request as never)).toBeNull();
    expect(user.last().detail).toMatch(/^That passphrase is wrong\. .* identity file \/w\/a\.age/);
  });

  it("waits for the one before: another box would dismiss it", async () => {
    const { prompts } = prompting();
    const boxes: number[] = [];
    const look = () => boxes.push(user.texts("input").length);
    user.will(look, undefined, look, "words", "words");
    const request = { path, purpose: "open a file", attempt: "first" } as const;
    const answers = [prompts.passphrase(request), prompts.newPassphrase(path)];
    expect(await Promise.all(answers)).toEqual([null, bytes("words")]);
    expect(boxes).toEqual([1, 2]);
  });
});

it("a file that needs much memory is opened only where the user agrees", async () => {
  const { prompts } = prompting();
  user.will("Open Anyway", undefined);
  expect(await prompts.acceptWork(path, 22)).toBe(true);
  expect(await prompts.acceptWork(path, 22)).toBe(false);
  expect(user.last("warning").text).toContain("4 GiB");
});

describe("a save over what another program wrote", () => {
  it.each([
    ["changed", "Overwrite", "overwrite"],
    ["changed", "Reload", "reload"],
    ["changed", undefined, "cancel"],
    ["never read", "Overwrite", "overwrite"],
    ["deleted", "Write Again", "overwrite"],
    ["deleted", undefined, "cancel"],
  ] as const)("that was %s: %s is %s", async (what, button, answer) => {
    const { prompts, compared } = prompting();
    user.will(button);
    expect(await prompts.changedOnDisk(path, what)).toBe(answer);
    expect(compared).toEqual([]);
  });

  it("compares on request, and saves nothing then", async () => {
    const { prompts, compared } = prompting();
    user.will("Compare");
    expect(await prompts.changedOnDisk(path, "changed")).toBe("cancel");
    expect(compared).toEqual([[path]]);
  });

  it.each([
    [new AgeError("dismissed", "no passphrase"), 0],
    [new AgeError("not-age", "it is no age file"), 1],
  ])("tells why it can't compare, but not what the user declined: %s", async (fault, messages) => {
    const { prompts, logged } = prompting(fault);
    user.will("Compare");
    await prompts.changedOnDisk(path, "changed");
    await new Promise(setImmediate);
    expect([user.texts("error").length, logged.length]).toEqual([messages, messages]);
  });
});

describe("a decision on how to write a file", () => {
  it("in place is for all saves of the file in this window; another one is asked for again", async () => {
    const { prompts } = prompting();
    user.will("Replace This One", "Write In Place");
    expect(await prompts.manyNames(path, 1)).toBe("rename");
    expect(await prompts.manyNames(path, 1)).toBe("in place");
    expect(await prompts.manyNames(path, 1)).toBe("in place");
    expect(await prompts.mountedAlone(path)).toBe("in place");
    expect(user.texts("warning")).toHaveLength(2);
    user.will("Write In Place", "Don't Save");
    expect(await prompts.mountedAlone("/w/b.age")).toBe("in place");
    expect(await prompts.mountedAlone("/w/b.age")).toBe("in place");
    expect(await prompts.mountedAlone("/w/c.age")).toBe("cancel");
  });

  it("on a disk without permissions is asked for each time", async () => {
    const { prompts } = prompting();
    user.will("Write Anyway", "Don't Write");
    expect(await prompts.acceptExposure(path)).toBe(true);
    expect(await prompts.acceptExposure(path)).toBe(false);
  });
});

describe("what is told", () => {
  it("of an identity file that others can read is told once", () => {
    const { prompts } = prompting();
    for (const file of ["/h/a", "/h/a", "/h/b"]) prompts.warnExposed(file);
    expect(user.texts("warning").map((text) => /\/h\/./.exec(text)?.[0])).toEqual(["/h/a", "/h/b"]);
  });

  it("of a write that another program disturbed offers to compare its version", async () => {
    const { prompts, compared, logged } = prompting();
    prompts.tellWritten({ kind: "overwritten", path });
    expect(user.last("warning")).toMatchObject({
      ...{ text: noticeText("overwritten", "a.age", ""), rows: [] },
    });
    const copy = "/w/a.conflict.age";
    prompts.tellWritten({ kind: "conflict copy", path, copy });
    expect(compared).toEqual([]);
    user.will("Compare");
    prompts.tellWritten({ kind: "conflict copy", path, copy });
    await vi.waitFor(() => {
      expect(compared).toEqual([[path, copy]]);
    });
    expect(user.last("warning").text).toContain("a.conflict.age");
    expect(logged).toHaveLength(3);
    expect(Uri.file(copy).fsPath).toBe(copy);
  });
});
