import { execFileSync } from "node:child_process";
import {
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AgeErrorCode } from "../../src/age/errors";
import { encodeBase64 } from "../../src/age/base64";
import { concat } from "../../src/age/bytes";
import { draftPath } from "../../src/documents/drafts/draftNames";
import { parseHead, type DraftRecord } from "../../src/documents/drafts/draftFile";
import type { Drafts } from "../../src/documents/drafts/drafts";
import type { FoundDraft } from "../../src/documents/drafts/draftStore";
import { localDisk } from "../../src/documents/disk/localDisk";
import { ageFile, alice, bob, bytes, desk, text, type Desk } from "./kit";
import { draftContext, draftsOf, opened, refusal } from "./draftsKit";
import { observedDisk, type Effect } from "./observedDisk";

/** A draft of a file, made by a window that is gone, as the next window finds it. */
interface Scene {
  readonly at: Desk;
  readonly path: string;
  readonly folder: string;
  readonly drafts: Drafts;
  readonly draft: FoundDraft;
  readonly record: DraftRecord;
  readonly ageFile: Uint8Array;
}

async function scene(): Promise<Scene> {
  const at = await desk();
  const path = await at.encrypted("a.txt.age", "old");
  const { folder } = draftContext(at);
  const drafts = draftsOf(at);
  const { draftKey, ciphertext } = await opened(at, path);
  await drafts.make(path, ciphertext, draftKey, bytes("typed"));
  const [draft] = await drafts.find(path);
  if (draft === undefined) throw new Error("there is no draft");
  return { at, path, folder, drafts, draft, ...(await taken(draft.file)) };
}

async function taken(file: string): Promise<Pick<Scene, "record" | "ageFile">> {
  const content = new Uint8Array(await readFile(file));
  const head = parseHead(content);
  if (head === null || head === "another version") throw new Error("it is no draft");
  return { record: head.record, ageFile: content.subarray(head.end) };
}

const joined = (record: object, rest: Uint8Array, first = "cage-draft v1"): Uint8Array =>
  concat([bytes(`${first}\n${JSON.stringify(record)}\n`), rest]);
const base64 = (content: Uint8Array): string => text(encodeBase64(content, "padded"));

/** Expects that a draft, changed since it was found, does not open. */
async function expectRefused({ drafts, draft }: Scene, code: AgeErrorCode): Promise<void> {
  await expect(drafts.open(draft, "ask")).rejects.toEqual(refusal(code));
}

/** A forgery of a draft, as its file's new content. Opening it fails with the code beside it. */
type Forgery = (scene: Scene) => Promise<Uint8Array> | Uint8Array;
const forgeries: readonly (readonly [string, AgeErrorCode, Forgery])[] = [
  ["empty", "invalid-draft", () => new Uint8Array()],
  ["without a record", "invalid-draft", ({ ageFile: rest }) => rest],
  ["a record without its draft", "empty-file", ({ record }) => joined(record, new Uint8Array())],
  ["a line of JSON that is none", "invalid-draft", () => bytes("cage-draft v1\n{\n")],
  [
    "of another version of the format",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined(record, rest, "cage-draft v2"),
  ],
  [
    "cut in its record",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined(record, rest).subarray(0, 200),
  ],
  [
    "cut in its header",
    "invalid-header",
    ({ record, ageFile: rest }) => joined(record, rest.subarray(0, 100)),
  ],
  [
    "cut by a byte",
    "corrupt-payload",
    ({ record, ageFile: rest }) => joined(record, rest.slice(0, -1)),
  ],
  [
    "longer by a byte",
    "corrupt-payload",
    ({ record, ageFile: rest }) => joined(record, concat([rest, bytes("x")])),
  ],
  [
    "changed in its last byte",
    "corrupt-payload",
    ({ record, ageFile: rest }) => joined(record, flipped(rest, -1)),
  ],
  [
    "changed in its header's MAC",
    "invalid-mac",
    ({ record, ageFile: rest }) => joined(record, flipped(rest, text(rest).indexOf("--- ") + 10)),
  ],
  [
    "an age file to the user's own recipient",
    "invalid-draft",
    async ({ record }) => joined(record, await ageFile("planted", alice)),
  ],
  [
    "of another base",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, base: "0".repeat(64) }, rest),
  ],
  [
    "of another time",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, made: record.made + 1 }, rest),
  ],
  [
    "of another path",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, path: "/else.age" }, rest),
  ],
  [
    "of another session",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, session: "" }, rest),
  ],
  [
    "with another salt",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, salt: base64(new Uint8Array(32)) }, rest),
  ],
  [
    "with a salt of another length",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, salt: base64(new Uint8Array(16)) }, rest),
  ],
  [
    "with a header that is none",
    "invalid-draft",
    ({ record, ageFile: rest }) => joined({ ...record, header: base64(bytes("header")) }, rest),
  ],
  [
    "with the header of another version",
    "invalid-draft",
    async ({ record, ageFile: rest }) =>
      joined({ ...record, header: base64(headerOf(await ageFile("new", alice))) }, rest),
  ],
  [
    "with a header that no key opens",
    "no-identity-match",
    async ({ record, ageFile: rest }) =>
      joined({ ...record, header: base64(headerOf(await ageFile("new", bob))) }, rest),
  ],
  [
    "with a header whose MAC is wrong",
    "invalid-mac",
    async ({ record, ageFile: rest }) => {
      const header = headerOf(await ageFile("new", alice));
      return joined({ ...record, header: base64(flipped(header, -10)) }, rest);
    },
  ],
];

/** Changes one character such that Base64 stays Base64. */
function flipped(content: Uint8Array, index: number): Uint8Array {
  const copy = content.slice();
  const at = index < 0 ? copy.length + index : index;
  copy[at] = copy[at] === 0x41 ? 0x42 : 0x41;
  return copy;
}

function headerOf(file: Uint8Array): Uint8Array {
  const end = text(file).indexOf("\n", text(file).indexOf("\n--- ") + 1);
  return file.slice(0, end + 1);
}

describe("a draft that is", () => {
  it.each(forgeries)("%s is refused (%s) and left alone", async (_what, code, forge) => {
    const stage = await scene();
    const content = await forge(stage);
    await writeFile(stage.draft.file, content);
    await expectRefused(stage, code);
    await stage.drafts.all();
    stage.at.clock.time += 1e12;
    await stage.drafts.sweep(1);
    expect(new Uint8Array(await readFile(stage.draft.file))).toEqual(content);
  });

  it("the genuine one of another file, of an earlier version or time is refused", async () => {
    const stage = await scene();
    const { at, drafts, path, draft } = stage;
    const other = await at.encrypted("b.txt.age", "other");
    const { draftKey, ciphertext } = await opened(at, other);
    await drafts.make(other, ciphertext, draftKey, bytes("of another file"));
    const theirs = await readFile(draftPath(stage.folder, other, "session 1"));
    await writeFile(draft.file, theirs);
    expect(await drafts.find(path)).toEqual([]);
    // Under another draft's name it belongs to nobody.
    expect((await drafts.all()).map(({ record }) => record.path)).toEqual([other]);
    await expectRefused(stage, "invalid-draft");
    // Its record now names this file. Everything else is genuine, and a key opens it.
    const { record, ageFile: rest } = await taken(draft.file);
    await writeFile(draft.file, joined({ ...record, path }, rest));
    expect(await drafts.find(path)).toHaveLength(1);
    await expectRefused(stage, "invalid-draft");
    await drafts.make(path, stage.draft.record.base, draftKey, bytes("later"));
    const later = await taken(draft.file);
    await writeFile(draft.file, joined({ ...later.record, made: 1 }, later.ageFile));
    await expectRefused(stage, "invalid-draft");
  });
});

describe("in the place of a draft", () => {
  const replace = async (make: (file: string) => unknown): Promise<Scene> => {
    const stage = await scene();
    await rename(stage.draft.file, join(stage.at.folder, "moved"));
    await make(stage.draft.file);
    return stage;
  };
  const expectIgnored = async (stage: Scene, code: AgeErrorCode): Promise<void> => {
    expect(await stage.drafts.find(stage.path)).toEqual([]);
    expect(await stage.drafts.all()).toEqual([]);
    await expectRefused(stage, code);
    await stage.drafts.discard(stage.draft);
    await stage.drafts.sweep(1);
    expect(await readdir(stage.folder)).toHaveLength(1);
  };

  it("nothing is not found, and discarding it is no failure", async () => {
    const stage = await scene();
    await rm(stage.draft.file);
    expect(await stage.drafts.find(stage.path)).toEqual([]);
    await expectRefused(stage, "not-found");
    await stage.drafts.discard(stage.draft);
  });

  it("a symbolic link to a genuine draft is not followed", async () => {
    const stage = await replace((file) => symlink("../../moved", file));
    await expectIgnored(stage, "not-found");
  });

  it("a folder is none", async () => {
    const stage = await replace((file) => mkdir(file));
    await expectIgnored(stage, "not-found");
  });

  it.runIf(process.platform !== "win32")("a named pipe holds nobody up", async () => {
    const stage = await replace((file) => execFileSync("mkfifo", [file]));
    await expectIgnored(stage, "not-found");
  });

  it.runIf(process.getuid?.() === 0)("a file of somebody else is none", async () => {
    const stage = await scene();
    await chown(stage.draft.file, 12345, 12345);
    await expectIgnored(stage, "no-permission");
  });

  it("2 GB are not read, and of a long record no more than records have", async () => {
    const stage = await scene();
    let pieces = 0;
    const count = ({ name }: Effect): void => {
      if (name === "stream") pieces++;
    };
    const drafts = draftsOf(stage.at, { disk: observedDisk(localDisk, { before: count }) });
    await truncate(stage.draft.file, 2e9);
    const [draft] = await drafts.all();
    expect(draft?.size).toBe(2e9);
    expect(pieces).toBe(1);
    await expectRefused(stage, "too-large");
    await writeFile(stage.draft.file, "cage-draft v1\n");
    await truncate(stage.draft.file, 2e9);
    pieces = 0;
    expect(await drafts.all()).toEqual([]);
    expect(pieces).toBe(192);
    await writeFile(stage.draft.file, "something else");
    await truncate(stage.draft.file, 2e9);
    pieces = 0;
    expect(await drafts.all()).toEqual([]);
    expect(pieces).toBe(1);
  });
});
