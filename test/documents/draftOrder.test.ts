import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { DraftContext, Drafts } from "../../src/documents/drafts/drafts";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { OpenDocument } from "../../src/documents/openDocument";
import { bytes, desk, text, type Desk } from "./kit";
import { draftContext, draftsOf, opened, refusal } from "./draftsKit";
import { observedDisk, type Effect } from "./observedDisk";

interface Scene {
  readonly at: Desk;
  readonly document: OpenDocument;
  readonly make: (drafts: Drafts, content: string, signal?: AbortSignal) => Promise<void>;
  /** Returns the contents of all drafts, after checking that there are no other files. */
  readonly contents: () => Promise<readonly string[]>;
}

async function scene(): Promise<Scene> {
  const at = await desk();
  const document = await opened(at, await at.encrypted("a.txt.age", "text"));
  const { path, ciphertext, draftKey } = document;
  return {
    ...{ at, document },
    make: (drafts, content, signal) =>
      drafts.make(path, ciphertext, draftKey, bytes(content), undefined, signal),
    contents: async () => {
      const drafts = draftsOf(at);
      const found = await drafts.find(path);
      const { folder } = draftContext(at);
      expect(await readdir(folder).catch(() => [])).toHaveLength(found.length);
      return Promise.all(found.map(async (draft) => text(await drafts.open(draft, "ask"))));
    },
  };
}

/** Makes a promise, and the function that resolves it. */
function signalled(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** Makes a cipher that holds up the first draft until `goOn`. */
function heldUp(at: Desk): {
  readonly changes: Pick<DraftContext, "encrypt">;
  readonly begun: Promise<void>;
  readonly goOn: () => void;
} {
  const context = draftContext(at);
  const [begun, going] = [signalled(), signalled()];
  let count = 0;
  return {
    changes: {
      encrypt: async (plaintext, recipient) => {
        const isFirst = ++count === 1;
        const ciphertext = await context.encrypt(plaintext, recipient);
        begun.resolve();
        if (isFirst) await going.promise;
        return ciphertext;
      },
    },
    ...{ begun: begun.promise, goOn: going.resolve },
  };
}

describe("drafts of one path", () => {
  it("are made one after another, so an older one never overwrites a newer one", async () => {
    const { at, make, contents } = await scene();
    const { changes, begun, goOn } = heldUp(at);
    const drafts = draftsOf(at, changes);
    const first = make(drafts, "first");
    await begun;
    const others = [make(drafts, "second"), make(drafts, "third")];
    setImmediate(goOn);
    await Promise.all([first, ...others]);
    expect(await contents()).toEqual(["third"]);
  });

  it("are made though the one before failed", async () => {
    const { at, make, contents } = await scene();
    const drafts = draftsOf(at);
    const stopped = AbortSignal.abort(new Error("stopped"));
    const [first, second] = [make(drafts, "first", stopped), make(drafts, "second")];
    await expect(first).rejects.toThrow("stopped");
    await second;
    expect(await contents()).toEqual(["second"]);
  });

  it("that are discarded while one is made, and one waits, leave nothing", async () => {
    const { at, make, contents, document } = await scene();
    const { changes, begun, goOn } = heldUp(at);
    const drafts = draftsOf(at, changes);
    const making = [make(drafts, "first"), make(drafts, "second")];
    const ends = Promise.allSettled(making);
    await begun;
    const later = drafts.make("/another.age", document.ciphertext, document.draftKey, bytes("x"));
    const discarding = drafts.discardOwn(document.path);
    goOn();
    await discarding;
    for (const end of await ends) {
      expect(end).toMatchObject({ status: "rejected", reason: refusal("dismissed") });
    }
    await later;
    await drafts.discardOwn("/another.age");
    expect(await contents()).toEqual([]);
  });

  it("are made again after they were discarded", async () => {
    const { at, make, contents, document } = await scene();
    const drafts = draftsOf(at);
    const [, , third] = [
      make(drafts, "first").catch(() => undefined),
      drafts.discardOwn(document.path),
      make(drafts, "second"),
    ];
    await third;
    expect(await contents()).toEqual(["second"]);
  });
});

describe.each(["an abort", "discarding"] as const)("%s before any disk call", (what) => {
  it("of a draft that is made leaves what it should, and nothing else", async () => {
    for (let nth = 1, isRunning = true; isRunning; nth++) {
      const { at, make, contents, document } = await scene();
      await make(draftsOf(at), "earlier");
      const stop = new AbortController();
      let count = 0;
      let discarding = Promise.resolve();
      let met = "";
      const interfere = async ({ name }: Effect): Promise<void> => {
        if (++count !== nth) return;
        met = name;
        if (what === "an abort") stop.abort(new Error("stopped"));
        else discarding = drafts.discardOwn(document.path);
        // By then, a removal that did not wait for its turn would be done.
        for (let look = 0; look < 20; look++) await localDisk.facts(at.folder);
      };
      const drafts = draftsOf(at, { disk: observedDisk(localDisk, { before: interfere }) });
      const end = await make(drafts, "new", stop.signal).then(
        () => "new",
        () => "earlier",
      );
      isRunning = count >= nth;
      await discarding;
      const expected = what === "discarding" && isRunning ? [] : [end];
      expect(await contents(), `${nth} ${met}: ${end}`).toEqual(expected);
      if (isRunning && !["rename", "flushFolder"].includes(met)) expect(end, met).toBe("earlier");
    }
  });
});

it("discarding a draft that was found leaves the newer one in its place", async () => {
  const { at, make, contents, document } = await scene();
  const drafts = draftsOf(at);
  await make(drafts, "first");
  const [found] = await drafts.find(document.path);
  if (found === undefined) throw new Error("there is no draft");
  at.clock.time += 1;
  await make(drafts, "second");
  await drafts.discard(found);
  expect(await contents()).toEqual(["second"]);
});
