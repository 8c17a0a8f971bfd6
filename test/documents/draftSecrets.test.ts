import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { unwrapFileKey, readAgeFile } from "../../src/age/age";
import { hkdf } from "../../src/age/primitives";
import { systemFailure } from "../../src/age/systemFailure";
import { X25519Identity } from "../../src/age/x25519";
import type { Disk } from "../../src/documents/disk/disk";
import { parseHead } from "../../src/documents/drafts/draftFile";
import { draftIdentity } from "../../src/documents/unlocking/draftKey";
import type { DraftContext, Drafts } from "../../src/documents/drafts/drafts";
import { localDisk } from "../../src/documents/disk/localDisk";
import { saveDocument } from "../../src/documents/saveDocument";
import { alice, bytes, desk, text, type Desk } from "./kit";
import { draftContext, draftsOf, opened } from "./draftsKit";
import { observedDisk } from "./observedDisk";

const canary = "CANARY-5b1f: hunter2";

const hex = (content: Uint8Array): string => Buffer.from(content).toString("hex");

/** Collects every buffer that holds a key, a secret or plaintext of drafts. */
function watched(at: Desk, changes: Partial<DraftContext> = {}) {
  vi.restoreAllMocks();
  const buffers: Uint8Array[] = [];
  const context = draftContext(at, changes);
  const ofSecret = vi.spyOn(X25519Identity, "ofSecret");
  const unwraps = vi.spyOn(X25519Identity.prototype, "unwrapFileKey");
  const drafts = draftsOf(at, {
    ...context,
    encrypt: (plaintext, recipient, signal) => {
      buffers.push(plaintext);
      return context.encrypt(plaintext, recipient, signal);
    },
    decrypt: async (ageFile, identity, signal) => {
      const plaintext = await context.decrypt(ageFile, identity, signal);
      buffers.push(plaintext);
      return plaintext;
    },
  });
  return {
    drafts,
    /** Expects all buffers to be zeroed. @param least - how many there must have been. */
    expectZeroed: (least: number): void => {
      buffers.push(...ofSecret.mock.calls.map(([secret]) => secret));
      for (const { value } of unwraps.mock.settledResults) {
        if (value instanceof Uint8Array) buffers.push(value);
      }
      expect(buffers.length).toBeGreaterThanOrEqual(least);
      for (const buffer of buffers)
        expect(Array.from(buffer).some((byte) => byte !== 0)).toBe(false);
      buffers.length = 0;
      ofSecret.mockClear();
      unwraps.mockClear();
    },
  };
}

async function scene(): Promise<{ at: Desk; path: string }> {
  vi.restoreAllMocks();
  const at = await desk();
  return { at, path: await at.encrypted("a.txt.age", "text") };
}

async function make(at: Desk, drafts: Drafts, path: string, signal?: AbortSignal): Promise<void> {
  const { ciphertext, draftKey } = await opened(at, path);
  await drafts.make(path, ciphertext, draftKey, bytes(canary), undefined, signal);
}

const failing = (): Disk =>
  observedDisk(localDisk, {
    before: ({ name, path }) => {
      if (name === "create")
        throw systemFailure(Object.assign(new Error(), { code: "EIO" }), { path });
    },
  });

describe("every buffer with a key, a secret or plaintext is zeroed", () => {
  it("when a file is opened and saved, which derives the key of its drafts", async () => {
    const { at, path } = await scene();
    const { expectZeroed } = watched(at);
    const document = await opened(at, path);
    expectZeroed(2);
    const saved = await saveDocument(path, bytes("new"), document, "when changed", at.context);
    expect(saved.kind).toBe("written");
    expectZeroed(2);
  });

  it("when a draft is made", async () => {
    const { at, path } = await scene();
    const { drafts, expectZeroed } = watched(at);
    await make(at, drafts, path);
    expectZeroed(3);
  });

  it("when the disk fails, when encryption does, and when it is aborted or discarded", async () => {
    const { at, path } = await scene();
    const onDisk = watched(at, { disk: failing() });
    await expect(make(at, onDisk.drafts, path)).rejects.toThrow();
    onDisk.expectZeroed(3);
    const encrypt = () => Promise.reject(new Error("failed"));
    const atWork = watched(at, { encrypt });
    await expect(make(at, atWork.drafts, path)).rejects.toThrow("failed");
    atWork.expectZeroed(3);
    const stop = new AbortController();
    const aborted = watched(at, {
      encrypt: () => {
        stop.abort(new Error("stopped"));
        return Promise.resolve(new Uint8Array());
      },
    });
    await expect(make(at, aborted.drafts, path, stop.signal)).rejects.toThrow("stopped");
    aborted.expectZeroed(3);
  });

  it("when a draft is opened, but for the content, which is the caller's", async () => {
    const { at, path } = await scene();
    const { drafts, expectZeroed } = watched(at);
    await make(at, drafts, path);
    const [draft] = await drafts.find(path);
    if (draft === undefined) throw new Error("there is no draft");
    expectZeroed(3);
    const content = await drafts.open(draft, "ask");
    expect(text(content)).toBe(canary);
    // The line of facts before it is not secret, but a caller may zero the whole buffer.
    new Uint8Array(content.buffer).fill(0);
    expectZeroed(4);
  });

  it("when a draft is not what its record says, and when it is damaged", async () => {
    const { at, path } = await scene();
    const { drafts, expectZeroed } = watched(at);
    await make(at, drafts, path);
    expectZeroed(3);
    const [draft] = await drafts.find(path);
    if (draft === undefined) throw new Error("there is no draft");
    const content = new Uint8Array(await readFile(draft.file));
    const edited = text(content).indexOf('"made":') + 7;
    content[edited] = 0x32;
    await writeFile(draft.file, content);
    await expect(drafts.open(draft, "ask")).rejects.toMatchObject({ code: "invalid-draft" });
    expectZeroed(4);
    await writeFile(draft.file, content.subarray(0, -1));
    await expect(drafts.open(draft, "ask")).rejects.toMatchObject({ code: "corrupt-payload" });
    expectZeroed(3);
  });
});

describe("what is kept", () => {
  it("for making drafts opens nothing", async () => {
    const { at, path } = await scene();
    const { draftKey } = await opened(at, path);
    const { header } = await readAgeFile([await readFile(path)]);
    const { fileKey } = await unwrapFileKey(header, [alice]);
    const secret = hkdf(fileKey, draftKey.salt, "cage-vscode draft v1 X25519");
    expect(String(X25519Identity.ofSecret(secret).recipient)).toBe(String(draftKey.recipient));
    expect(Object.keys(draftKey).sort()).toEqual(["header", "recipient", "salt"]);
    expect(Object.keys(draftKey.recipient).sort()).toEqual(["publicKey", "type"]);
    for (const kept of [draftKey.salt, draftKey.header, draftKey.recipient.publicKey]) {
      for (const hidden of [fileKey, secret]) expect(hex(kept)).not.toContain(hex(hidden));
    }
  });

  it("is another key for each version and each time it is opened", async () => {
    const { at, path } = await scene();
    const [one, two] = [await opened(at, path), await opened(at, path)];
    expect(one.draftKey.salt).not.toEqual(two.draftKey.salt);
    expect(String(one.draftKey.recipient)).not.toBe(String(two.draftKey.recipient));
  });
});

describe("no file key is used for two payloads", () => {
  it("so that each draft has one of its own, though the text is the same", async () => {
    const { at, path } = await scene();
    const { header } = await readAgeFile([await readFile(path)]);
    const { fileKey } = await unwrapFileKey(header, [alice]);
    const { ciphertext, draftKey } = await opened(at, path);
    const identity = draftIdentity(fileKey, draftKey.salt);
    const drafts = draftsOf(at);
    const keys = [hex(fileKey)];
    for (let round = 0; round < 5; round++) {
      await drafts.make(path, ciphertext, draftKey, bytes(canary));
      const [draft] = await drafts.find(path);
      const file = new Uint8Array(await readFile(draft?.file ?? ""));
      const head = parseHead(file);
      if (head === null || head === "another version") throw new Error("no draft");
      const read = await readAgeFile([file.subarray(head.end)]);
      const unwrapped = await unwrapFileKey(read.header, [identity]);
      keys.push(hex(unwrapped.fileKey));
    }
    expect(new Set(keys).size).toBe(6);
  });
});

describe("what reaches the disk", () => {
  /** Makes a draft on a disk that records everything written, and every name. */
  const written = async (change: (bytes: Uint8Array) => Uint8Array = (same) => same) => {
    const { at, path } = await scene();
    const pieces: string[] = [];
    const noting: Disk = {
      ...localDisk,
      create: async (file) => {
        const open = await localDisk.create(file);
        const write = (piece: Uint8Array): Promise<void> => {
          pieces.push(Buffer.from(piece).toString("latin1"));
          return open.write(piece);
        };
        return { ...open, write };
      },
    };
    const context = draftContext(at, { disk: noting });
    const encrypt: DraftContext["encrypt"] = async (plaintext, ...rest) => {
      const copy = plaintext.slice();
      await context.encrypt(plaintext, ...rest);
      return change(copy);
    };
    const plain = { ...context, encrypt };
    await make(at, draftsOf(at, change === same ? context : plain), path);
    const names = await readdir(context.folder);
    for (const name of names)
      pieces.push(name, await readFile(join(context.folder, name), "latin1"));
    return { path, all: pieces.join("\n") };
  };
  const same = (content: Uint8Array): Uint8Array => content;

  it("holds no plaintext, and no name but the path of the encrypted file", async () => {
    const { path, all } = await written(same);
    for (const part of [
      canary,
      "CANARY",
      "hunter2",
      Buffer.from(canary).toString("base64").slice(0, 20),
    ]) {
      expect(all).not.toContain(part);
    }
    expect(all).toContain(path);
    const record = JSON.parse(all.split("\n")[1] ?? "") as Readonly<Record<string, unknown>>;
    expect(Object.keys(record).sort()).toEqual(
      ["base", "header", "home", "made", "path", "pid", "salt", "session", "start"].sort(),
    );
  });

  it("is searched by a test that would see it", async () => {
    const { all } = await written((content) => content.slice());
    expect(all).toContain(canary);
  });
});
