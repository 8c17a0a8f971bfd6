import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { encryptWithAge, generateKey } from "./ageProgram";
import { CanaryWatch } from "./canaryWatch";
import { launchWorkbench, type WorkbenchOptions } from "./launch";
import { scenario } from "./scenario";
import { packWithShortScheme, shortScheme } from "./shortScheme";
import type { Workbench } from "./workbench";

const release = process.env["CAGE_TEST_RELEASE"] === "oldest" ? "oldest" : "newest";

/** A text that is nowhere else. */
const canary = (): string => `canary${randomBytes(8).toString("hex")}`;

scenario("no unsaved text is in a file at any moment", async () => {
  const secrets = { read: canary(), typed: canary() };
  const plain = Array.from({ length: 5 }, canary);
  const { workbench, watch, folder, temporary } = await watched(Object.values(secrets), plain);
  await writeFile(join(folder, ".age-recipients"), await recipientOf(folder));
  await workbench.open();
  let controls = 0;
  // VS Code backs the plain text up a second after its last key, and so it would the document.
  const control = async (): Promise<void> => {
    const text = plain[controls++] ?? "";
    await workbench.clickTab("plain.txt");
    await workbench.typeInEditor("plain.txt", `${text}\n`);
    await expect.poll(() => watch.filesWith(text).filter(isBackup)).toHaveLength(1);
    await workbench.clickTab("secrets.yaml");
  };
  await open(workbench, "plain.txt", "secrets.yaml");

  // Without a pause, then in bursts.
  await workbench.typeInEditor("secrets.yaml", `${secrets.typed} `.repeat(15));
  for (let burst = 0; burst < 3; burst++) {
    await workbench.typeInEditor("secrets.yaml", `\n${secrets.typed}`);
    if (burst === 0) await control();
  }
  await workbench.save("secrets.yaml");

  await writeFile(join(folder, ".age-recipients"), "nonsense\n");
  await workbench.typeInEditor("secrets.yaml", `\n${secrets.typed}`);
  await workbench.press("Control+S");
  await workbench.notification("secrets.yaml.age is not saved:");
  await control();

  await workbench.reload();
  await expect.poll(() => workbench.editorText("secrets.yaml")).toContain(secrets.read);
  await workbench.typeInEditor("secrets.yaml", `\n${secrets.typed}`);
  await killExtensionHost(temporary);
  await workbench.typeInEditor("secrets.yaml", `\n${secrets.typed}`);
  await control();
  watch.scan();
  expect(watch.filesRead).toBeGreaterThan(100);
  const found = watch.sightings.filter(({ canary: one }) => !plain.includes(one));
  expect(found).toEqual([]);
});

scenario("with a short scheme the same watch finds it, and Cage says so before", async () => {
  const secrets = { read: canary(), typed: canary() };
  const packing = await mkdtemp(join(tmpdir(), "cage-short-"));
  onTestFinished(() => rm(packing, { recursive: true, force: true }));
  const vsix = await packWithShortScheme(packing);
  const { workbench, watch } = await watched(Object.values(secrets), [], { vsix });
  await workbench.open();
  await open(workbench, "secrets.yaml");
  await workbench.notification("secrets.yaml is open read-only: this disk takes a folder");
  await workbench.typeInEditor("secrets.yaml", "nothing");
  expect(await workbench.tabs()).toMatchObject([{ name: "secrets.yaml", dirty: false }]);
  // Whoever dismisses the message has the command.
  await workbench.runCommand("Notifications: Clear All Notifications");
  await workbench.runCommand("Cage: Edit Anyway");
  await expect.poll(() => isEditable(workbench)).toBe(true);
  await workbench.typeInEditor("secrets.yaml", secrets.typed);
  const inBackups = (): readonly string[] => watch.filesWith(secrets.typed).filter(isBackup);
  await expect.poll(inBackups).toHaveLength(1);
  expect(inBackups()[0]).toContain(`/${shortScheme}/`);
});

/** Starts VS Code with all that it and its browser write below one folder, which is watched. */
async function watched(
  [read = "", ...typed]: readonly string[],
  plain: readonly string[],
  options: Partial<WorkbenchOptions> = {},
) {
  const temporary = await mkdtemp(join(tmpdir(), "cage-canary-"));
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary;
  const [folder, profile] = [join(temporary, "workspace"), join(temporary, "profile")];
  await mkdir(folder);
  const key = await generateKey(temporary, "keys.txt");
  await encryptWithAge(join(folder, "secrets.yaml.age"), `${read}\n`, [key.recipient]);
  await writeFile(join(folder, "plain.txt"), "");
  const settings = { "cage.identities": [key.path] };
  const workbench = await launchWorkbench({ folder, profile, settings, release, ...options });
  const watch = new CanaryWatch([temporary, ...(await ramFolders())], [read, ...typed, ...plain]);
  onTestFinished(async () => {
    watch.close();
    await workbench.close();
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    await rm(temporary, { recursive: true, force: true });
  });
  return { workbench, watch, folder, temporary };
}

/** Cage's own folders in memory; the browser's memory is there, too. */
async function ramFolders(): Promise<readonly string[]> {
  const names = await readdir("/dev/shm").catch(() => []);
  return names.filter((name) => name.startsWith("cage-")).map((name) => join("/dev/shm", name));
}

async function recipientOf(folder: string): Promise<string> {
  const keys = await readFile(join(folder, "..", "keys.txt"), "utf8");
  return /# public key: (age1\S+)/.exec(keys)?.[1] ?? "";
}

/** Opens files one after another, each in a tab that stays. */
async function open(workbench: Workbench, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const row = name === "secrets.yaml" ? `${name}.age` : name;
    await workbench.clickInExplorer(row);
    await workbench.editor(name).waitFor();
    await workbench.runCommand("View: Keep Editor");
  }
}

async function isEditable(workbench: Workbench): Promise<boolean> {
  const input = workbench.editor("secrets.yaml").locator("textarea, .native-edit-context").first();
  return (await input.getAttribute("aria-readonly")) !== "true" && (await input.isEditable());
}

/** Ends the extension host of the server that was started with a TMPDIR in a folder. */
async function killExtensionHost(temporary: string): Promise<void> {
  const ended: number[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string): Promise<string> =>
      readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "");
    if (!(await read("cmdline")).includes("--type=extensionHost")) continue;
    if (!(await read("environ")).includes(`TMPDIR=${temporary}/`)) continue;
    process.kill(Number(pid), "SIGKILL");
    ended.push(Number(pid));
  }
  expect(ended).toHaveLength(1);
}

function isBackup(file: string): boolean {
  return file.includes("/Backups/");
}
