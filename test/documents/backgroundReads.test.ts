import { mkdir, readFile, rename } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Documents } from "../../src/documents/documents";
import type { EditorText } from "../../src/documents/memory/editorText";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { UnlockedJob } from "../../src/strategies/strategy";
import * as kit from "./kit";
import { ageError, ageFile, alice, bytes, decrypted, desk, passphrase } from "./kit";
import { observedDisk } from "./observedDisk";
import { silentDocuments } from "./silentDocuments";

describe("the plaintext of a read", () => {
  /** Makes documents whose strategy records what it decrypted. They may be locked during a read. */
  async function watched(meanwhile: (documents: Documents) => void) {
    const at = await desk();
    const strategy = at.context.strategyFor("");
    const plaintexts: Uint8Array[] = [];
    const decrypt = async (job: UnlockedJob) => {
      const outcome = await strategy.decrypt(job);
      if (outcome.bytes !== null) plaintexts.push(outcome.bytes);
      meanwhile(documents);
      return outcome;
    };
    const documents: Documents = silentDocuments({
      ...at.context,
      strategyFor: () => ({ ...strategy, decrypt }),
    });
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

describe("a lock while something is under way", () => {
  /** Makes documents that are locked at the first call of a step after `arm`. */
  async function interrupted(
    step: string,
    except: (path: string) => readonly string[] = () => [],
    afterMinutes = 0,
  ) {
    let isArmed = false;
    const plaintexts: Uint8Array[] = [];
    const editor: { text: EditorText } = { text: null };
    let lock = (): void => undefined;
    const reached = (name: string) => {
      if (!isArmed || name !== step) return;
      isArmed = false;
      lock();
    };
    const at = await desk({
      afterMinutes,
      disk: observedDisk(localDisk, {
        after: ({ name }) => {
          reached(name);
        },
      }),
    });
    const path = await at.encrypted("a.age", "SECRET");
    lock = () => {
      at.keyring.lock();
      documents.lock(except(path));
    };
    const strategy = at.context.strategyFor("");
    const decrypt = async (job: UnlockedJob) => {
      const outcome = await strategy.decrypt(job);
      if (outcome.bytes !== null) plaintexts.push(outcome.bytes);
      reached("decrypt");
      return outcome;
    };
    const { bases } = at.context;
    const set = async (key: string, value: unknown) => {
      await bases.set(key, value);
      reached("remember");
    };
    const documents: Documents = new Documents(
      {
        ...at.context,
        bases: { ...bases, set },
        strategyFor: () => ({ ...strategy, decrypt }),
      },
      () => undefined,
      () => editor.text,
    );
    const arm = () => void (isArmed = true);
    return { ...at, path, documents, editor, plaintexts, arm, lock };
  }

  it.each(["facts", "read", "decrypt", "flush"])(
    "ends an encryption anew at the step %s: it writes, opens and unlocks nothing",
    async (step) => {
      const { documents, path, keyring, plaintexts, arm, folder } = await interrupted(step);
      const before = await readFile(path);
      arm();
      await expect(documents.reencrypt(path)).rejects.toMatchObject({ code: "locked" });
      expect(await readFile(path)).toEqual(before);
      await kit.expectNames(folder, "a.age");
      expect(plaintexts.every((one) => one.every((byte) => byte === 0))).toBe(true);
      await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
      expect([keyring.state, documents.find(path)]).toEqual(["locked", null]);
    },
  );

  it("ends no encryption anew that begins when the lock is overdue", async () => {
    const { documents, encrypted, keyring, clock, prompts } = await interrupted("", () => [], 5);
    keyring.onChange((state) => {
      if (state === "locked") documents.lock([]);
    });
    const path = await encrypted("b.age", "text", passphrase("right"));
    prompts.passphrases = ["right", "right"];
    expect((await documents.reencrypt(path)).kind).toBe("written");
    clock.time += 5 * 60_000;
    expect((await documents.reencrypt(path)).kind).toBe("written");
    expect(prompts.kinds).toEqual(["passphrase", "passphrase"]);
  });

  it("keeps what is encrypted anew at its last step closed, and its base known", async () => {
    const { documents, path, prompts, arm } = await interrupted("rename");
    arm();
    expect((await documents.reencrypt(path)).kind).toBe("written");
    expect(documents.find(path)).toBeNull();
    await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
    expect((await documents.write(path, bytes("new"), "when changed")).kind).toBe("written");
    expect(prompts.asked).toEqual([]);
  });

  it("lets a save end, which opens nothing and is the base of the next one", async () => {
    const { documents, path, prompts, editor, arm } = await interrupted("flush");
    await documents.read(path, "ask");
    arm();
    editor.text = "one";
    documents.willSave(path);
    expect((await documents.write(path, bytes("one"), "when changed")).kind).toBe("written");
    expect([await decrypted(path, alice), documents.find(path)]).toEqual(["one", null]);
    await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
    documents.willSave(path);
    expect((await documents.write(path, bytes("two"), "when changed")).kind).toBe("written");
    expect(prompts.asked).toEqual([]);
  });

  it("opens nothing where another extension writes under other text of an editor", async () => {
    const { documents, path, editor, arm } = await interrupted("flush");
    await documents.read(path, "ask");
    arm();
    editor.text = "unsaved";
    expect((await documents.write(path, bytes("theirs"), "when changed")).kind).toBe("written");
    await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
  });

  it("leaves a document with unsaved text open, and its save is the base of the next", async () => {
    const { documents, path, prompts, editor, arm } = await interrupted("flush", (one) => [one]);
    await documents.read(path, "ask");
    arm();
    for (const text of ["one", "two"]) {
      editor.text = text;
      documents.willSave(path);
      expect((await documents.write(path, bytes(text), "when changed")).kind).toBe("written");
      expect(await documents.hasChanged(path)).toBe(false);
    }
    expect(kit.text(await documents.read(path, "never"))).toBe("two");
    expect(prompts.asked).toEqual([]);
  });

  it("opens no document of a folder that moves", async () => {
    const { documents, encrypted, path, arm } = await interrupted("remember");
    const old = path.replace("a.age", "old");
    const renamed = path.replace("a.age", "new");
    await mkdir(old);
    for (const name of ["a", "b"]) {
      await documents.read(await encrypted(`old/${name}.age`, name), "ask");
    }
    await rename(old, renamed);
    arm();
    await documents.moved(old, renamed);
    for (const name of ["a", "b"]) {
      const moved = `${renamed}/${name}.age`;
      expect(documents.find(moved)).toBeNull();
      await expect(documents.read(moved, "never")).rejects.toEqual(
        ageError("locked", { path: moved }),
      );
    }
  });
});

describe("a write by another extension", () => {
  async function written() {
    const at = await desk();
    const path = await at.encrypted("a.age", "SECRET");
    const editor: { text: EditorText } = { text: null };
    const documents = new Documents(
      at.context,
      () => undefined,
      () => editor.text,
    );
    const write = () => documents.write(path, bytes("theirs"), "when changed");
    return { ...at, path, documents, editor, write };
  }

  it.each([null, "SECRET", "unsaved", { isUnsaved: false }])(
    "opens nothing after a lock, so it gives no later version (editor: %j)",
    async (text) => {
      const { documents, path, put, editor, keyring, write } = await written();
      await documents.read(path, "ask");
      editor.text = text;
      keyring.lock();
      documents.lock([]);
      expect((await write()).kind).toBe("written");
      await put("a.age", await ageFile("LATER SECRET"));
      await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
      expect(documents.find(path)).toBeNull();
    },
  );

  it("opens nothing that was never opened", async () => {
    const { documents, path, put, prompts, write } = await written();
    prompts.choices = ["overwrite"];
    expect((await write()).kind).toBe("written");
    await put("a.age", await ageFile("LATER SECRET"));
    await expect(documents.read(path, "never")).rejects.toEqual(ageError("locked", { path }));
  });

  it("leaves a document open that the user has opened since", async () => {
    const { documents, path, keyring, write } = await written();
    keyring.lock();
    documents.lock([]);
    await documents.read(path, "ask");
    expect((await write()).kind).toBe("written");
    expect(kit.text(await documents.read(path, "never"))).toBe("theirs");
  });
});
