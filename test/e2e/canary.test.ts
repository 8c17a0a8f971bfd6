import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { CanaryWindow, notebookOf } from "./canaryWindow";
import { scenario } from "./scenario";
import { packWithShortScheme, shortScheme } from "./shortScheme";

const name = "secrets.yaml";

// canaries.test.ts and canaryKinds.test.ts cover all that can happen to unsaved text. They take
// minutes.
scenario("no unsaved text is in a file at any moment", async () => {
  const window = await CanaryWindow.launch();
  const { watch, workbench, folder, key } = window;
  await window.encrypt(name, `${watch.secret()}\nneedle: ${watch.secret()}\n`);
  await window.encrypt("book.ipynb", notebookOf(watch.secret()));
  await writeFile(join(folder, "plain.ipynb"), notebookOf("plain"));
  await workbench.open();
  await window.open("plain.txt", "plain.txt");
  await window.open(name);

  // Types without a pause, then in bursts, beside a plain file that VS Code backs up.
  await workbench.typeInEditor(name, `\n${`${watch.secret()} `.repeat(8)}`);
  for (let burst = 0; burst < 3; burst++) await window.type(name, watch.secret());
  await workbench.save(name);

  await writeFile(join(folder, ".age-recipients"), "nonsense\n");
  await window.type(name, watch.secret());
  await workbench.press("Control+S");
  await workbench.notification("secrets.yaml.age is not saved:");
  await writeFile(join(folder, ".age-recipients"), key.recipient);

  await workbench.runCommand("Cage: Lock Now");
  await expect.poll(async () => (await workbench.tabs()).length).toBe(1);
  await window.open(name);
  await workbench.notification(/The unsaved text of secrets\.yaml from .* is back/);
  await workbench.runCommand("Cage: Compare Draft with File");
  await window.closeComparison();

  await window.open("book.ipynb");
  await window.asNotebook("book.ipynb");
  await window.typeInCell(watch.secret());
  await workbench.clickInExplorer("plain.ipynb");
  const plain = watch.control();
  await window.typeInCell(plain);
  await window.isBackedUp(plain);

  await workbench.clickTab(name);
  await window.type(name, watch.secret());
  await workbench.killExtensionHosts();
  await window.type(name, watch.secret());
  await window.control();
  window.expectNoLeak();
});

scenario("with a short scheme the same watch finds it, and Cage says so before", async () => {
  const packing = await mkdtemp(join(tmpdir(), "cage-short-"));
  onTestFinished(() => rm(packing, { recursive: true, force: true }));
  const window = await CanaryWindow.launch({ vsix: await packWithShortScheme(packing) });
  const { watch, workbench } = window;
  await window.encrypt(name, `${watch.secret()}\n`);
  await workbench.open();
  await window.open(name);
  await workbench.notification("secrets.yaml is open read-only: on this disk");
  await workbench.typeInEditor(name, "nothing");
  expect(await workbench.tabs()).toMatchObject([{ name, dirty: false }]);
  // The command remains after the message is dismissed.
  await workbench.runCommand("Notifications: Clear All Notifications");
  await workbench.runCommand("Cage: Edit Anyway");
  const secret = watch.secret();
  await window.type(name, secret);
  expect(await window.isBackedUp(secret)).toContain(`/${shortScheme}/`);
  watch.scan();
  expect(watch.leaks.map(({ canary }) => canary)).toContain(secret);
});
