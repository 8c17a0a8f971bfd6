import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { encryptWithAge } from "./ageProgram";
import { atLength, CanaryWindow, minutes, notebookOf } from "./canaryWindow";
import { packDraftEditor } from "./draftEditor";
import { packWithShortScheme, shortScheme } from "./shortScheme";

atLength("canaries: in a notebook, a custom editor, an image and 5 MB", minutes, async () => {
  const packing = await mkdtemp(join(tmpdir(), "cage-packing-"));
  onTestFinished(() => rm(packing, { recursive: true, force: true }));
  const window = await CanaryWindow.editing({ companions: [await packDraftEditor(packing)] });
  const { workbench, watch, folder } = window;
  await window.encrypt("book.ipynb", notebookOf(watch.secret()));
  await writeFile(join(folder, "plain.ipynb"), notebookOf("plain"));
  await window.open("book.ipynb");
  await window.asNotebook("book.ipynb");
  await window.typeInCell(watch.secret());
  await workbench.clickInExplorer("plain.ipynb");
  const inCell = watch.control();
  await window.typeInCell(inCell);
  await window.isBackedUp(inCell);
  await workbench.clickTab("book.ipynb");
  await window.typeInCell(watch.secret());
  await workbench.save("book.ipynb");
  await window.typeInCell(watch.secret());

  await window.encrypt("plan.draft", `${watch.secret()}\n`);
  await window.open("plan.draft");
  await workbench.runCommand("Draft: Edit As Draft");
  await encryptWithAge(join(folder, "logo.png.age"), pictureWith(watch.secret()), [
    window.key.recipient,
  ]);
  await workbench.clickInExplorer("logo.png.age");
  await workbench.tab("logo.png").waitFor();

  const large = (text: string) => `${text} ${"x".repeat(50)}\n`.repeat(5_000_000 / 72);
  await window.encrypt("large.txt", large(watch.secret()));
  await writeFile(join(folder, "large-plain.txt"), large("plain"));
  await window.open("large.txt");
  await window.type("large.txt", watch.secret());
  await window.hasDraft();
  await window.type("large.txt", watch.secret());
  await window.open("large-plain.txt", "large-plain.txt");
  const inLarge = watch.control();
  await window.type("large-plain.txt", inLarge);
  await window.isBackedUp(inLarge);
  await workbench.clickTab("large.txt");
  await workbench.focusEditor("large.txt");
  await workbench.save("large.txt");

  await workbench.runCommand("Cage: Lock Now");
  await window.hasTabs(3);
  // One click brings back every document that had unsaved text.
  await workbench.clickInExplorer("secrets.yaml.age");
  await window.hasTabs(6);
  await window.typeSecret("secrets.yaml");
  await window.control();
  window.expectNoLeak();
});

atLength("canaries: with a short scheme, each is found", minutes, async () => {
  const packing = await mkdtemp(join(tmpdir(), "cage-short-"));
  onTestFinished(() => rm(packing, { recursive: true, force: true }));
  const window = await CanaryWindow.launch({ vsix: await packWithShortScheme(packing) });
  const { watch, workbench } = window;
  await window.encrypt("book.ipynb", notebookOf("short"));
  await window.encrypt("large.txt", `${"x".repeat(72)}\n`.repeat(5_000_000 / 73));
  await workbench.open();
  for (const one of ["large.txt", "book.ipynb"]) {
    await window.open(one);
    await workbench.clickNotification(`${one} is open read-only`, "Edit Anyway");
    const secret = watch.secret();
    if (one === "book.ipynb") await window.asNotebook(one);
    await (one === "book.ipynb" ? window.typeInCell(secret) : window.type(one, secret));
    expect(await window.isBackedUp(secret)).toContain(`/${shortScheme}/`);
  }
  watch.scan();
  expect(watch.leaks.length).toBeGreaterThan(1);
});

/** Makes a picture of one pixel with a text in its bytes. */
function pictureWith(text: string): Uint8Array {
  const pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  return Buffer.concat([Buffer.from(pixel, "base64"), Buffer.from(text)]);
}
