import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collect, decrypt, readAgeFile, unwrapFileKey } from "../../../src/age/age";
import { sha256Hex } from "../../../src/age/primitives";
import { draftIdentity } from "../../../src/documents/unlocking/draftKey";
import { parseHead } from "../../../src/documents/drafts/draftFile";
import type { Drafts } from "../../../src/documents/drafts/drafts";
import type { FoundDraft } from "../../../src/documents/drafts/draftStore";
import { saveDocument } from "../../../src/documents/saveDocument";
import { alice, bob, bytes, desk, passphrase, processNumber, text, type Desk } from "../kit";
import { draftContext, draftsOf, opened, refusal } from "../draftsKit";

/** Opens a file and makes a draft of it. */
async function drafted(at: Desk, drafts: Drafts, path: string, content: string): Promise<void> {
  const { draftKey, ciphertext } = await opened(at, path);
  await drafts.make(path, ciphertext, draftKey, bytes(content));
}

async function only(drafts: Drafts, path: string): Promise<FoundDraft> {
  const [draft, ...others] = await drafts.find(path);
  expect(others).toEqual([]);
  if (draft === undefined) throw new Error("there is no draft");
  return draft;
}

describe("a draft", () => {
  it("is found and opened as it was made", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const drafts = draftsOf(at);
    await drafted(at, drafts, path, "typed");
    const draft = await only(drafts, path);
    expect(draft).toMatchObject({ of: "this window", record: { path, session: "session 1" } });
    expect(draft.record.base).toBe(sha256Hex(await readFile(path)));
    expect(text(await drafts.open(draft, "ask"))).toBe("typed");
  });

  it("takes the place of the earlier one of its window", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const drafts = draftsOf(at);
    await drafted(at, drafts, path, "first");
    await drafted(at, drafts, path, "second");
    expect(text(await drafts.open(await only(drafts, path), "ask"))).toBe("second");
  });

  it("that is set apart stays when the next one is made and discarded", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const drafts = draftsOf(at);
    const { ciphertext, draftKey } = await opened(at, path);
    const session = drafts.newSession();
    await drafts.make(path, ciphertext, draftKey, bytes("first"), session);
    expect((await only(drafts, path)).of).toBe("a window that is gone");
    await drafted(at, drafts, path, "second");
    const whose = async () => (await drafts.find(path)).map((draft) => draft.of);
    expect((await whose()).sort()).toEqual(["a window that is gone", "this window"]);
    await drafts.discardOwn(path);
    const left = await only(drafts, path);
    expect(left.of).toBe("a window that is gone");
    expect(text(await drafts.open(left, "ask"))).toBe("first");
    await drafts.sweep(1);
    await drafts.discardOwn(path, session);
    expect(await drafts.find(path)).toEqual([]);
  });

  it("of a file with a passphrase is opened by the passphrase", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old", passphrase("words"));
    at.prompts.passphrases = ["words", "words"];
    const drafts = draftsOf(at);
    await drafted(at, drafts, path, "typed");
    at.keyring.lock();
    const draft = await only(drafts, path);
    await expect(drafts.open(draft, "never")).rejects.toEqual(refusal("locked"));
    expect(text(await drafts.open(draft, "ask"))).toBe("typed");
  });

  it("is opened by nobody who cannot open the version", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    await drafted(at, draftsOf(at), path, "typed");
    const other = await desk({ identities: [bob] });
    const drafts = draftsOf(other, { folder: draftContext(at).folder });
    const draft = await only(drafts, path);
    await expect(drafts.open(draft, "ask")).rejects.toEqual(refusal("no-identity-match"));
    const file = await readFile(draft.file);
    const head = parseHead(file);
    if (head === null || head === "another version") throw new Error("no draft");
    for (const identity of [alice, bob]) {
      const opening = collect(decrypt([file.subarray(head.end)], [identity]));
      await expect(opening).rejects.toEqual(refusal("no-identity-match"));
    }
  });

  it("lies in a file and a folder for the user alone", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const drafts = draftsOf(at);
    await drafted(at, drafts, path, "typed");
    const { file } = await only(drafts, path);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, ".."))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(file, ".."))).toHaveLength(1);
  });

  it.each([0, 1, 65_536, 5_000_000, 9_000_000])("of %d bytes is whole", async (length) => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const { draftKey, ciphertext } = await opened(at, path);
    const drafts = draftsOf(at);
    const content = new Uint8Array(length).map((_, index) => index * 7 + (index >> 8));
    const hash = sha256Hex(content);
    await drafts.make(path, ciphertext, draftKey, content);
    expect(sha256Hex(content)).toBe(hash);
    const found = await drafts.open(await only(drafts, path), "ask");
    expect([found.length, sha256Hex(found)]).toEqual([length, hash]);
  });

  it("is discarded", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const drafts = draftsOf(at);
    await drafted(at, drafts, path, "typed");
    await drafts.discard(await only(drafts, path));
    expect(await drafts.find(path)).toEqual([]);
    await drafted(at, drafts, path, "typed");
    await drafts.discardOwn(path);
    expect(await drafts.all()).toEqual([]);
    await drafts.discardOwn(path);
  });

  it("is told to be there until one was begun to be discarded, or replaced", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const drafts = draftsOf(at);
    await drafted(at, drafts, path, "first");
    const first = await only(drafts, path);
    expect(await drafts.isThere(first)).toBe(true);
    await drafted(at, drafts, path, "second");
    const second = await only(drafts, path);
    const discarding = drafts.discardOwn(path);
    expect([await drafts.isThere(first), await drafts.isThere(second)]).toEqual([false, false]);
    await discarding;
  });

  it("of each window is a file of its own, and known to others as its process lives", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const second = draftsOf(at, { session: "session 2", processes: processNumber(2) });
    await drafted(at, draftsOf(at), path, "first window");
    at.clock.time += 1;
    await drafted(at, second, path, "second window");
    const seenBy = async (alive: ReadonlySet<number>) => {
      const processes = processNumber(3, alive);
      const found = await draftsOf(at, { session: "session 3", processes }).find(path);
      return found.map(({ of, record }) => [record.session, of]);
    };
    const [living, gone] = ["another window", "a window that is gone"];
    expect(await seenBy(new Set([1, 2]))).toEqual([
      ["session 2", living],
      ["session 1", living],
    ]);
    expect(await seenBy(new Set([1]))).toEqual([
      ["session 2", gone],
      ["session 1", living],
    ]);
    expect((await second.find(path)).map(({ of }) => of)).toEqual(["this window", gone]);
  });
});

describe("the key of drafts", () => {
  it("is that of the version which was just saved, where a key was at hand", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "old");
    const before = await opened(at, path);
    const saved = await saveDocument(path, bytes("new"), before, "when changed", at.context);
    if (saved.kind !== "written") throw new Error("not written");
    const { header } = await readAgeFile([await readFile(path)]);
    expect(saved.document.draftKey.header).toEqual(header.bytes);
    const { fileKey } = await unwrapFileKey(header, [alice]);
    const identity = draftIdentity(fileKey, saved.document.draftKey.salt);
    expect(identity.recipient.toString()).toBe(saved.document.draftKey.recipient.toString());
  });
});
