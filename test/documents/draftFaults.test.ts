import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { systemFailure } from "../../src/age/systemFailure";
import type { Drafts } from "../../src/documents/drafts/drafts";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { OpenDocument } from "../../src/documents/openDocument";
import { bytes, desk, processNumber, text, type Desk } from "./kit";
import { draftContext, draftsOf, opened } from "./draftsKit";
import { observedDisk, type Effect } from "./observedDisk";

/** An action on drafts while the disk fails, and the drafts that may exist afterwards. */
interface Deed {
  readonly earlier: string | null;
  readonly run: (drafts: Drafts, document: OpenDocument) => Promise<unknown>;
  /** The draft that exists after the action; null for none. */
  readonly result: string | null;
}

const make = (drafts: Drafts, { path, ciphertext, draftKey }: OpenDocument) =>
  drafts.make(path, ciphertext, draftKey, bytes("new"));
const withDraft = async (drafts: Drafts, path: string, use: "open" | "discard") => {
  const [draft] = await drafts.find(path);
  if (draft === undefined) throw new AgeError("not-found", "it could not be looked at");
  return use === "open" ? drafts.open(draft, "ask") : drafts.discard(draft);
};

const deeds: Readonly<Record<string, Deed>> = {
  "the first draft": { earlier: null, run: make, result: "new" },
  "a draft over an earlier one": { earlier: "old", run: make, result: "new" },
  "discarding one's own": {
    ...{ earlier: "old", result: null },
    run: (drafts, { path }) => drafts.discardOwn(path),
  },
  "discarding what was found": {
    ...{ earlier: "old", result: null },
    run: (drafts, { path }) => withDraft(drafts, path, "discard"),
  },
  opening: {
    ...{ earlier: "old", result: "old" },
    run: (drafts, { path }) => withDraft(drafts, path, "open"),
  },
  sweeping: { earlier: "old", run: (drafts) => drafts.sweep(1), result: "old" },
};

const codes: readonly AgeErrorCode[] = [
  ...(["disk-full", "write-failed", "no-permission", "cannot-replace", "not-found"] as const),
];

/** Returns the draft that the next window finds after its sweep. */
async function foundNext(at: Desk, path: string): Promise<string | null> {
  const next = draftsOf(at, { session: "next", processes: processNumber(2) });
  await next.sweep(1);
  const drafts = await next.find(path);
  expect(await readdir(draftContext(at).folder).catch(() => [])).toHaveLength(drafts.length);
  const [draft] = drafts;
  return draft === undefined ? null : text(await next.open(draft, "ask"));
}

describe.each(Object.entries(deeds))("%s", (_name, { earlier, run, result }) => {
  it.each(["ENOSPC", "EIO", "EROFS", "EBUSY"])(
    "on a disk that fails by %s at any one call leaves the earlier draft or the new one",
    async (errno) => {
      for (const moment of ["before", "after"] as const) {
        for (let nth = 1, isRunning = true; isRunning; nth++) {
          const at = await desk();
          const path = await at.encrypted("a.txt.age", "text");
          const document = await opened(at, path);
          if (earlier !== null) {
            await draftsOf(at).make(path, document.ciphertext, document.draftKey, bytes(earlier));
          }
          let count = 0;
          const failed: Effect[] = [];
          const fail = (effect: Effect): void => {
            if (++count !== nth) return;
            failed.push(effect);
            throw systemFailure(Object.assign(new Error(), { code: errno }), { path: effect.path });
          };
          const drafts = draftsOf(at, { disk: observedDisk(localDisk, { [moment]: fail }) });
          const end = await run(drafts, document).then(
            () => "done",
            (error: unknown) => (error instanceof AgeError ? error.code : String(error)),
          );
          const where = `${moment} ${String(failed[0]?.name)} (${nth}): ${end}`;
          isRunning = failed.length > 0;
          if (end !== "done") expect(codes, where).toContain(end);
          const found = await foundNext(at, path);
          if (end === "done") expect(found, where).toBe(result);
          else expect([earlier, result], where).toContain(found);
          // Only a call from the rename on may fail and yet leave the new draft in place.
          const isLate = ["rename", "remove", "flushFolder"].includes(failed[0]?.name ?? "");
          if (end !== "done" && !isLate) expect(found, where).toBe(earlier);
        }
      }
    },
  );
});

it("a draft is flushed before it gets its name, and its name afterwards", async () => {
  const at = await desk();
  const document = await opened(at, await at.encrypted("a.txt.age", "text"));
  const calls: string[] = [];
  const before = ({ name }: Effect): void => void calls.push(name);
  await make(draftsOf(at, { disk: observedDisk(localDisk, { before }) }), document);
  const file = ["create", "write", "write", "flush", "close"];
  expect(calls).toEqual(["createFolder", ...file, "rename", "flushFolder"]);
});

it("a candidate that could not be removed is swept by its own window, too", async () => {
  const at = await desk();
  const path = await at.encrypted("a.txt.age", "text");
  const document = await opened(at, path);
  const fail = ({ name, path: file }: Effect): void => {
    if (name !== "rename" && name !== "remove") return;
    throw systemFailure(Object.assign(new Error(), { code: "EIO" }), { path: file });
  };
  const { folder } = draftContext(at);
  await expect(
    make(draftsOf(at, { disk: observedDisk(localDisk, { before: fail }) }), document),
  ).rejects.toBeInstanceOf(AgeError);
  expect(await readdir(folder)).toHaveLength(1);
  // Another window leaves it alone while its process lives.
  const other = { session: "other", processes: processNumber(2, new Set([1])) };
  await draftsOf(at, other).sweep(1);
  expect(await readdir(folder)).toHaveLength(1);
  await draftsOf(at, { processes: processNumber(1, new Set([1])) }).sweep(1);
  expect(await readdir(folder)).toEqual([]);
});
