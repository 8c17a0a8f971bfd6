import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { collect, encrypt, readAgeFile, unwrapFileKey } from "../../src/age/age";
import type { Identity, Recipient } from "../../src/age/identity";
import { decodeBech32 } from "../../src/age/bech32";
import { utf8 } from "../../src/age/bytes";
import { derivePayloadKey, payloadNonceSize } from "../../src/age/payload";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { keyPartsOf, parseHead } from "../../src/documents/drafts/draftFile";
import { draftIdentity } from "../../src/documents/unlocking/draftKey";
import { stringsOf, type HeapSnapshot } from "../heapSnapshot";
import { HostMemory, inStrings, type Finding, type Secrets } from "./hostMemory";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const release = process.env["CAGE_TEST_RELEASE"] === "oldest" ? "oldest" : "newest";
/**
 * True with `CAGE_TEST_MEMORY=1`: the test then also prints what stays in free memory, and for how
 * long.
 */
const isReported = process.env["CAGE_TEST_MEMORY"] === "1";

/** Makes a text that exists nowhere else. */
const unique = (name: string): string => `${name}${randomBytes(8).toString("hex")}`;

scenario(
  "after a lock nothing leads to a text, a passphrase or a key in the extension host and its workers",
  async ({ folder, keys, openWorkbench }) => {
    const memory = new HostMemory(await folderIn(keys));
    const secrets = new SecretsOfFiles(folder);
    await secrets.writeFiles(keys);
    const workbench = await openWorkbench({
      settings: { "cage.identities": [join(keys, "keys.age")] },
      ...{ release, ...memory.options },
    });
    await useAll(workbench, secrets);
    await secrets.takeKeys(workbench);

    const before = await memory.look(secrets.all);
    // The look itself works: it finds what is there.
    expect(before.workers).toBeGreaterThan(0);
    const shown = Object.keys(secrets.texts).map((secret) => found(secret, "string"));
    const held = [found("passphrase", "buffer"), found("secret of the identity", "buffer")];
    expect(before.findings).toEqual(expect.arrayContaining([...shown, ...held]));
    await report("before the lock", memory, secrets, workbench);

    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    await secrets.takeKeys(workbench);
    const after = async (): Promise<readonly Finding[]> => {
      const { findings, workers } = await memory.look(secrets.all);
      expect(workers).toBeGreaterThan(0);
      // Messages that VS Code sent or received stay in its channel's buffers until others overwrite
      // them.
      return findings.filter((one) => !isInChannel(one, secrets));
    };
    // The window tells the extension host of a closed document a moment later.
    await expect.poll(after).toEqual([]);
    await report("after the lock", memory, secrets, workbench);
    if (!isReported) return;
    await workbench.clickInExplorer("plain.txt");
    await workbench.typeInEditor("plain.txt", "other work ".repeat(20));
    await workbench.page.waitForTimeout(10_000);
    await memory.look(secrets.all);
    await report("10 s of other work later", memory, secrets, workbench);
  },
  isReported ? 900_000 : 480_000,
);

const found = (secret: string, place: Finding["in"]): Finding => ({
  ...({ secret, in: place, thread: "main" } as const),
});

function isInChannel(finding: Finding, { texts }: SecretsOfFiles): boolean {
  return finding.in === "channel" && finding.secret in texts;
}

/** Files of every kind, with all their secrets. */
class SecretsOfFiles {
  readonly texts = {
    "text of the file": unique("canary"),
    "typed text": unique("typed"),
    "unsaved text": unique("unsaved"),
    "text for a passphrase": unique("canary"),
    "large text": unique("canary"),
  };
  readonly identityPassphrase = unique("pass");
  readonly passphrase = unique("pass");
  private readonly identity = X25519Identity.generate();
  private readonly keys: Record<string, Uint8Array> = {};

  constructor(private readonly folder: string) {}

  get all(): Secrets {
    const { identity, identityPassphrase, passphrase } = this;
    return {
      ...this.texts,
      ...{ passphrase, "passphrase of the identity": identityPassphrase },
      identity: textOf(identity).slice("AGE-SECRET-KEY-1".length),
      "secret of the identity": rawOf(identity),
      ...this.keys,
    };
  }

  async writeFiles(keys: string): Promise<void> {
    const { texts, identity, folder } = this;
    const toIdentity = new ScryptRecipient(utf8(this.identityPassphrase), 10);
    await write(join(keys, "keys.age"), `${textOf(identity)}\n`, toIdentity);
    const text = `found: ${texts["text of the file"]}\n`;
    await write(join(folder, "secrets.yaml.age"), text, identity.recipient);
    const words = `found: ${texts["text for a passphrase"]}\n`;
    await write(
      join(folder, "words.txt.age"),
      words,
      new ScryptRecipient(utf8(this.passphrase), 10),
    );
    // Workers decrypt files of more than 8 MiB.
    const large = `${texts["large text"]}\n${`${"a".repeat(99)}\n`.repeat(90_000)}`;
    await write(join(folder, "large.txt.age"), large, identity.recipient);
    await writeFile(join(folder, "plain.txt"), "");
  }

  /** Records the keys of the files and drafts that are on the disk now. */
  async takeKeys(workbench: Workbench): Promise<void> {
    const { identity, folder, keys, passphrase } = this;
    const take = async (name: string, file: Uint8Array, by: Identity): Promise<void> => {
      const { header } = await readAgeFile([file]);
      const { fileKey } = await unwrapFileKey(header, [by]);
      const nonce = file.subarray(header.bytes.length, header.bytes.length + payloadNonceSize);
      keys[`file key of ${name}`] = fileKey;
      keys[`payload key of ${name}`] = derivePayloadKey(fileKey, nonce);
    };
    const byPassphrase = new ScryptIdentity(
      () => Promise.resolve(utf8(passphrase)),
      () => Promise.resolve(true),
    );
    for (const name of ["secrets.yaml.age", "words.txt.age", "large.txt.age"]) {
      const by = name === "words.txt.age" ? byPassphrase : identity;
      await take(name, await readFile(join(folder, name)), by);
    }
    const drafts = await draftsOf(workbench);
    expect(drafts).toHaveLength(1);
    for (const draft of drafts) {
      const head = parseHead(draft);
      if (head === null || head === "another version") throw new Error("it is no draft");
      const { salt, header } = keyPartsOf(head.record);
      const { fileKey } = await unwrapFileKey(header, [identity]);
      const key = draftIdentity(fileKey, salt);
      keys[`draft secret ${Object.keys(keys).length}`] = rawOf(key);
      await take(`draft ${Object.keys(keys).length}`, draft.subarray(head.end), key);
    }
  }
}

/** Opens, edits, saves, compares and searches documents. One of them stays unsaved. */
async function useAll(workbench: Workbench, secrets: SecretsOfFiles): Promise<void> {
  const { texts } = secrets;
  await workbench.clickInExplorer("words.txt.age");
  await answer(workbench, "Passphrase for words.txt.age", secrets.passphrase);
  await shows(workbench, "words.txt", texts["text for a passphrase"]);
  await workbench.typeInEditor("words.txt", texts["typed text"]);
  await workbench.save("words.txt");
  await workbench.clickInExplorer("large.txt.age");
  await answer(workbench, "Passphrase for keys.age", secrets.identityPassphrase);
  await shows(workbench, "large.txt", texts["large text"]);
  await workbench.runCommand("View: Keep Editor");
  await workbench.clickInExplorer("secrets.yaml.age");
  await shows(workbench, "secrets.yaml", texts["text of the file"]);
  await workbench.typeInEditor("secrets.yaml", texts["typed text"]);
  await workbench.save("secrets.yaml");
  await workbench.typeInEditor("secrets.yaml", texts["unsaved text"]);
  await expect.poll(() => workbench.statusBarText("padlokk.cage.status")).toContain("draft ");
  await workbench.runCommand("Cage: Compare Draft with File");
  await expect.poll(async () => (await workbench.tabs()).length).toBe(4);
  // The oldest release's server comes without the program that searches.
  if (release === "newest") await search(workbench, "found");
}

async function search(workbench: Workbench, words: string): Promise<void> {
  await workbench.press("Control+Shift+F");
  await workbench.page.locator(".search-view").waitFor();
  await workbench.page.keyboard.type(words);
  await workbench.press("Enter");
  await workbench.page.locator(".search-view .linematch").first().waitFor();
  await workbench.press("Control+Shift+E");
}

async function shows(workbench: Workbench, name: string, text: string): Promise<void> {
  await expect.poll(() => workbench.editorText(name)).toContain(text);
}

async function answer(workbench: Workbench, title: string, words: string): Promise<void> {
  const box = await workbench.quickInput(title);
  await box.fill(words);
  await box.accept();
}

/** Prints what Cage can't promise: copies in freed memory, and those of the window itself. */
async function report(
  when: string,
  memory: HostMemory,
  secrets: SecretsOfFiles,
  { page }: Workbench,
): Promise<void> {
  if (!isReported) return;
  const copies = Object.entries((await memory.copies(secrets.all)) ?? {});
  const left = copies.filter(([, count]) => count > 0).map(([name, count]) => `${name}: ${count}`);
  const session = await page.context().newCDPSession(page);
  const pieces: string[] = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => pieces.push(chunk));
  await session.send("HeapProfiler.takeHeapSnapshot");
  await session.detach();
  const inPage = inStrings(stringsOf(JSON.parse(pieces.join("")) as HeapSnapshot), secrets.all);
  console.log(`${when}, copies in the extension host's memory: ${left.join(", ") || "none"}`);
  console.log(`${when}, in the window: ${inPage.join(", ") || "nothing"}`);
}

async function folderIn(folder: string): Promise<string> {
  const path = join(folder, "sockets");
  await mkdir(path);
  return path;
}

async function write(path: string, plaintext: string, to: Recipient): Promise<void> {
  await writeFile(path, await collect(encrypt([utf8(plaintext)], [to], "binary")));
}

async function draftsOf({ dataFolder }: Workbench): Promise<readonly Uint8Array[]> {
  const entries = await readdir(dataFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.parentPath.endsWith("drafts"));
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}

function textOf(identity: X25519Identity): string {
  return new TextDecoder().decode(identity.encode());
}

function rawOf(identity: X25519Identity): Uint8Array {
  const decoded = decodeBech32(identity.encode());
  if (typeof decoded === "string") throw new Error(decoded);
  return decoded.data;
}
