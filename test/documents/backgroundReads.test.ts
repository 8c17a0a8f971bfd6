import { describe, expect, it } from "vitest";
import { Documents } from "../../src/documents/documents";
import type { UnlockedJob } from "../../src/strategies/strategy";
import * as kit from "./kit";
import { ageError, desk, passphrase } from "./kit";

describe("the plaintext of a read", () => {
  /** Documents whose strategy shows what it decrypted, and which may be locked while they read. */
  async function watched(meanwhile: (documents: Documents) => void) {
    const at = await desk();
    const strategy = at.context.strategyFor("");
    const plaintexts: Uint8Array[] = [];
    const decrypt = async (job: UnlockedJob) => {
      const outcome = await strategy.decrypt(job);
      if (outcome.bytes !== null) plaintexts.push(outcome.bytes);
      return outcome;
    };
    const set = () => {
      meanwhile(documents);
      return Promise.resolve();
    };
    const documents: Documents = new Documents(
      {
        ...at.context,
        strategyFor: () => ({ ...strategy, decrypt }),
        bases: { ...at.context.bases, set },
      },
      () => undefined,
      () => null,
    );
    return { ...at, plaintexts, documents };
  }

  it("is zeroed when every reader has its copy", async () => {
    const { documents, encrypted, plaintexts } = await watched(() => undefined);
    const path = await encrypted("a.age", "canary");
    const texts = await Promise.all([1, 2, 3].map(() => documents.read(path, "ask")));
    expect(texts.map(kit.text)).toEqual(["canary", "canary", "canary"]);
    expect(plaintexts).toEqual([new Uint8Array(6)]);
  });

  it("is zeroed where a lock takes it from its readers", async () => {
    const { documents, encrypted, plaintexts } = await watched((all) => all.lock([]));
    const path = await encrypted("a.age", "canary");
    await expect(documents.read(path, "ask")).rejects.toMatchObject({ code: "locked" });
    expect(plaintexts).toEqual([new Uint8Array(6)]);
  });
});

describe("a read in the background", () => {
  async function quiet(shown: (path: string) => boolean) {
    const at = await desk({ afterMinutes: 5 });
    const heard: string[] = [];
    at.keyring.onChange((state) => heard.push(state));
    const documents = new Documents(
      at.context,
      () => undefined,
      () => null,
      shown,
    );
    return { ...at, documents, heard };
  }

  it("gets nothing that nobody opened, and leaves the lock as it is", async () => {
    const { documents, encrypted, keyring, heard } = await quiet(() => false);
    const [a, b] = [await encrypted("a.age", "A"), await encrypted("b.age", "B")];
    await expect(documents.read(a, "never")).rejects.toEqual(ageError("locked", { path: a }));
    expect([keyring.state, heard]).toEqual(["locked", []]);
    await documents.read(b, "ask");
    await expect(documents.read(a, "never")).rejects.toEqual(ageError("locked", { path: a }));
    expect(kit.text(await documents.read(b, "never"))).toBe("B");
  });

  it("is told of a file that does not exist", async () => {
    const { documents, path } = await quiet(() => false);
    const none = path("none.age");
    await expect(documents.read(none, "never")).rejects.toEqual(
      ageError("not-found", { path: none }),
    );
  });

  it("brings back what a tab of a new window shows, and idle time begins", async () => {
    const { documents, encrypted, keyring, clock } = await quiet((path) => path.endsWith("a.age"));
    const [a, b] = [await encrypted("a.age", "A"), await encrypted("b.age", "B")];
    await expect(documents.read(b, "never")).rejects.toEqual(ageError("locked", { path: b }));
    expect(kit.text(await documents.read(a, "never"))).toBe("A");
    expect(keyring.state).toBe("unlocked");
    clock.time += 5 * 60_000;
    expect(keyring.state).toBe("locked");
  });

  it("never asks for what a tab shows", async () => {
    const { documents, encrypted, prompts, heard } = await quiet(() => true);
    const path = await encrypted("a.age", "A", passphrase("right"));
    await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
    expect([prompts.asked, heard]).toEqual([[], []]);
  });

  it("gets nothing after a lock, whatever tabs show", async () => {
    const { documents, encrypted, keyring } = await quiet(() => true);
    const path = await encrypted("a.age", "A");
    await documents.read(path, "never");
    keyring.lock();
    documents.lock([]);
    await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
    expect(keyring.state).toBe("locked");
  });

  it("may share one that the user began", async () => {
    const { documents, encrypted } = await quiet(() => false);
    const path = await encrypted("a.age", "A");
    const texts = await Promise.all([documents.read(path, "ask"), documents.read(path, "never")]);
    expect(texts.map(kit.text)).toEqual(["A", "A"]);
  });
});
