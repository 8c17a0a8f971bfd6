import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { loadPty, run } from "../interop/programs";
import {
  decryptTyping,
  decryptWithAge,
  encryptTyping,
  encryptWithAge,
  generateKey,
} from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const pty = await loadPty();
const yaml = "canary: 4711\n";
const status = "padlokk.cage.status";

scenario(
  "the strategy is chosen in the status bar's menu and in the workspace's settings, and the next open shows it",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "key.txt");
    await encryptWithAge(join(folder, "secrets.yaml.age"), yaml, [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(() => workbench.statusBarText(status)).toMatch(/^native · /);

    await workbench.clickStatusBar(status);
    await (await workbench.quickInput("Cage")).choose("Choose Strategy…");
    const choices = await workbench.quickInput("Choose Strategy");
    // Each choice has a line below it: what it would do with this file.
    await expect
      .poll(() => choices.choices())
      .toEqual([
        "auto",
        expect.stringContaining("uses native"),
        "native",
        expect.stringContaining("Cage itself"),
        "pipe",
        expect.stringContaining(await program()),
        "tempfile",
        expect.stringContaining(await program()),
      ]);
    // The strategy in force has the focus, and the keyboard is enough.
    await expect.poll(() => choices.focused()).toMatch(/auto/);
    await workbench.press("ArrowDown");
    await workbench.press("ArrowDown");
    await expect.poll(() => choices.focused()).toMatch(/pipe/);
    await choices.accept();
    await workbench.notification("The strategy is pipe, written to the workspace's settings.");
    const settings = join(folder, ".vscode", "settings.json");
    expect(JSON.parse(await readFile(settings, "utf8"))).toEqual({
      "cage.streaming.strategy": "pipe",
    });

    await workbench.closeTab("secrets.yaml");
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(() => workbench.statusBarText(status)).toMatch(await summaryOf("pipe"));

    await mkdir(join(folder, ".vscode"), { recursive: true });
    await writeFile(settings, JSON.stringify({ "cage.streaming.strategy": "tempfile" }));
    const again = async (): Promise<string> => {
      await workbench.runCommand("Cage: Open Decrypted");
      return workbench.statusBarText(status);
    };
    await expect.poll(again).toMatch(await summaryOf("tempfile"));
    await workbench.runCommand("Cage: Choose Strategy…");
    const anew = await workbench.quickInput("Choose Strategy");
    await expect.poll(() => anew.focused()).toMatch(/tempfile.*current/);
    await anew.cancel();
  },
);

scenario.skipIf(pty === null)(
  "pipe streams a passphrase file, and the status bar tells how",
  async ({ folder, keys, openWorkbench }) => {
    if (pty === null) return;
    const path = join(folder, "secrets.yaml.age");
    await encryptTyping(pty, path, yaml, "right horse", keys);
    const workbench = await openWorkbench({ settings: { "cage.streaming.strategy": "pipe" } });
    await workbench.clickInExplorer("secrets.yaml.age");
    const question = await workbench.quickInput("Passphrase for secrets.yaml.age");
    await question.fill("right horse");
    await question.accept();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(() => workbench.statusBarText(status)).toMatch(await summaryOf("pipe"));
    // From age 1.3 on, the program takes a passphrase without a pseudo-terminal.
    if (/^age 1\.[0-2]\./.test(await program())) {
      expect(await spoken(workbench)).toContain("the passphrase was typed on a pseudo-terminal");
    }
    await workbench.typeInEditor("secrets.yaml", "new: line\n");
    await workbench.save("secrets.yaml");
    expect(await decryptTyping(pty, path, "right horse", keys)).toBe(`${yaml}new: line\n`);
    await expect.poll(() => workbench.statusBarText(status)).toMatch(await summaryOf("pipe"));

    await workbench.runCommand("Cage: Doctor");
    await expect
      .poll(() => workbench.editorText("Doctor"))
      .toContain("Strategy: pipe, since your user settings ask for it");
    const report = await workbench.editorText("Doctor");
    expect(report).toMatch(/Pseudo-terminal: by (Cage's|VS Code's) node-pty/);
    expect(report).not.toContain("right horse");
  },
);

scenario(
  "with the program missing the page says what to install, and Use Native opens the file",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "key.txt");
    await encryptWithAge(join(folder, "secrets.yaml.age"), yaml, [key.recipient]);
    await writeFile(join(folder, "notes.txt"), "plain");
    const workbench = await openWorkbench({
      settings: {
        "cage.identities": [key.path],
        "cage.streaming.strategy": "pipe",
        "cage.age.path": "/nowhere/age",
      },
    });
    await workbench.clickInExplorer("secrets.yaml.age");
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await expect
      .poll(() => page.getByRole("alert").innerText())
      .toContain("/nowhere/age, is not a program that you can run");
    expect(await page.locator("body").innerText()).toContain("Install age");
    await page.getByRole("button", { name: "Use Native" }).click();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    await expect.poll(() => workbench.statusBarText(status)).toMatch(/^native · /);
    await workbench.notification(
      "The strategy is native now, written to the workspace's settings.",
    );
    expect((await workbench.tabs()).map(({ name }) => name)).toEqual(["secrets.yaml"]);

    const settings = join(folder, ".vscode", "settings.json");
    await writeFile(settings, JSON.stringify({ "cage.streaming.strategy": "pipe" }));
    await workbench.typeInEditor("secrets.yaml", "new: line\n");
    await workbench.runCommand("File: Save");
    await workbench.clickNotification(/secrets\.yaml\.age"? is not saved/, "Use Native");
    const saved = async (): Promise<string> =>
      new TextDecoder().decode(await decryptWithAge(join(folder, "secrets.yaml.age"), key.path));
    await expect.poll(saved).toBe(`${yaml}new: line\n`);

    await workbench.runCommand("Cage: Choose Strategy…");
    await (await workbench.quickInput("Choose Strategy")).choose(/^\s*pipe/);
    await workbench.notification(
      "But it can't do secrets.yaml.age here: cage.age.path, /nowhere/age",
    );

    // Cage asks for recipients only once the file can be encrypted.
    await workbench.explorerMenu("notes.txt", "Encrypt File…");
    await workbench.clickNotification("notes.txt: Pipe can't do it", "Use Native");
    const whom = await workbench.quickInput("Recipients of notes.txt.age");
    await whom.cancel();
  },
);

scenario(
  "another strategy does again what failed, from the page and from the message of a save",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "key.txt");
    const path = join(folder, "secrets.yaml.age");
    await encryptWithAge(path, yaml, [key.recipient]);
    const settings = { "cage.identities": [key.path], "cage.age.path": "/nowhere/age" };
    const workbench = await openWorkbench({
      settings: { ...settings, "cage.streaming.strategy": "tempfile" },
    });
    await workbench.clickInExplorer("secrets.yaml.age");
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    const first = page.getByRole("button").first();
    await expect.poll(() => first.innerText()).toBe("Try Again");
    await page.getByRole("button", { name: "Choose Strategy…" }).click();
    await (await workbench.quickInput("Choose Strategy for secrets.yaml.age")).choose(/^\s*native/);
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(yaml);
    expect((await workbench.tabs()).map(({ name }) => name)).toEqual(["secrets.yaml"]);

    const choose = async (strategy: string, message: string): Promise<void> => {
      await workbench.runCommand("Cage: Choose Strategy…");
      const list = await workbench.quickInput("Choose Strategy for secrets.yaml.age");
      await list.choose(new RegExp(`^\\s*${strategy}`));
      await workbench.notification(message);
    };
    await choose("pipe", "The strategy is pipe, written to the workspace's settings. But it can't");
    await workbench.typeInEditor("secrets.yaml", "new: line\n");
    await workbench.runCommand("File: Save");
    await workbench.clickNotification(/secrets\.yaml\.age"? is not saved/, "Choose Strategy…");
    await (await workbench.quickInput("Choose Strategy")).choose(/^\s*auto/);
    const saved = async (): Promise<string> =>
      new TextDecoder().decode(await decryptWithAge(path, key.path));
    await expect.poll(saved).toBe(`${yaml}new: line\n`);

    // If the cause was mended elsewhere, a page can remain. It goes when the file opens.
    await choose(
      "tempfile",
      "The strategy is tempfile, written to the workspace's settings. But it can't",
    );
    await workbench.closeTab("secrets.yaml");
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => first.innerText()).toBe("Try Again");
    await choose(
      "native",
      "The strategy is native, written to the workspace's settings. It takes effect",
    );
    await workbench.runCommand("Cage: Open Decrypted");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(`${yaml}new: line\n`);
    await expect
      .poll(async () => (await workbench.tabs()).map(({ name }) => name))
      .toEqual(["secrets.yaml"]);
  },
);

/** Returns the program's name and version, such as "age 1.1.1". */
async function program(): Promise<string> {
  const version = new TextDecoder().decode(await run("age", ["--version"])).trim();
  return `age ${version.replace(/^v/, "")}`;
}

async function summaryOf(strategy: string): Promise<RegExp> {
  return new RegExp(`^${strategy} · ${await program()} · [\\d.]+ m?s$`);
}

/** Reads what a screen reader says of the status bar entry. */
async function spoken(workbench: Workbench): Promise<string> {
  return (await workbench.statusBar(status).locator("a").getAttribute("aria-label")) ?? "";
}
