import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../src/documents/disk/localDisk";
import { Documents } from "../../src/documents/documents";
import { rememberedFile, rememberFile } from "../../src/documents/memory/memory";
import type { Report } from "../../src/strategies/strategy";
import * as kit from "./kit";
import { ageError, ageFile, alice, bob, bytes, decrypted, desk, passphrase } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";

async function opened(options: kit.DeskOptions = {}) {
  const at = await desk(options);
  const reports: [string, Report][] = [];
  const onReport = (path: string, report: Report) => void reports.push([path, report]);
  const documents = new Documents(at.context, onReport, () => null);
  return { ...at, documents, reports };
}

describe("reads of one file", () => {
  it("are one read with one prompt, and each reader gets a buffer of its own", async () => {
    const { documents, encrypted, prompts, reports } = await opened();
    const path = await encrypted("a.age", "text", passphrase("right"));
    prompts.passphrases = ["right"];
    const asked = ["ask", "never", "ask", "never", "ask"] as const;
    const texts = await Promise.all(asked.map((asking) => documents.read(path, asking)));
    texts[0]?.fill(0);
    expect(texts.slice(1).map(kit.text)).toEqual(["text", "text", "text", "text"]);
    expect(prompts.kinds).toEqual(["passphrase"]);
    expect(reports).toEqual([
      [path, expect.objectContaining({ operation: "decrypt", bytes: 4 }) as Report],
    ]);
  });

  it("that may ask wait for one that may not, and then prompt once", async () => {
    const { documents, encrypted, prompts } = await opened();
    const path = await encrypted("a.age", "text", passphrase("right"));
    prompts.passphrases = [null];
    const reads = ["never", "ask", "ask", "ask"] as const;
    const results = await Promise.allSettled(reads.map((asking) => documents.read(path, asking)));
    const codes = results.map((result) => (result as PromiseRejectedResult).reason as unknown);
    expect(codes).toMatchObject([
      { code: "locked" },
      { code: "dismissed" },
      { code: "dismissed" },
      { code: "dismissed" },
    ]);
    expect(prompts.kinds).toEqual(["passphrase"]);
  });

  it("do not end with the reader that started them", async () => {
    const abort = new AbortController();
    const { documents, encrypted, prompts } = await opened();
    const path = await encrypted("a.age", "text", passphrase("right"));
    prompts.passphrases = ["right", "right"];
    prompts.meanwhile = () => {
      abort.abort();
    };
    const first = documents.read(path, "ask", abort.signal);
    const second = documents.read(path, "ask");
    await expect(first).rejects.toThrow("abort");
    expect(kit.text(await second)).toBe("text");
  });

  it("fail alike, and the next one starts anew", async () => {
    const { documents, put } = await opened();
    const path = await put("a.age", "junk");
    const results = await Promise.allSettled([1, 2].map(() => documents.read(path, "ask")));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await writeFile(path, await ageFile("text"));
    expect(kit.text(await documents.read(path, "ask"))).toBe("text");
  });
});

describe("saves of one file", () => {
  it("queue, and the last one wins", async () => {
    let running = 0;
    const trace: number[] = [];
    const before = ({ name }: Effect) => {
      if (name === "create") trace.push(++running);
      if (name === "rename") running--;
    };
    const { documents, encrypted } = await opened({ disk: observedDisk(localDisk, { before }) });
    const path = await encrypted("a.age", "0");
    await documents.read(path, "ask");
    await Promise.all(
      ["1", "2", "3", "4"].map((text) => documents.write(path, bytes(text), "when changed")),
    );
    expect(await decrypted(path, alice)).toBe("4");
    expect(trace).toEqual([1, 1, 1, 1]);
  });

  it("go on after one that failed, and a read waits for them", async () => {
    const { documents, encrypted, prompts } = await opened();
    const path = await encrypted("a.age", "0");
    await documents.read(path, "ask");
    await writeFile(path, await ageFile("other"));
    prompts.choices = ["cancel", "overwrite"];
    const failing = documents.write(path, bytes("1"), "when changed");
    const working = documents.write(path, bytes("2"), "when changed");
    const reading = documents.read(path, "never");
    await expect(failing).rejects.toMatchObject({ code: "changed-on-disk" });
    expect((await working).kind).toBe("written");
    expect(kit.text(await reading)).toBe("2");
  });

  it("end with the version that the next save is measured against", async () => {
    const { documents, encrypted, reports } = await opened();
    const path = await encrypted("a.age", "0");
    await documents.read(path, "ask");
    expect((await documents.write(path, bytes("1"), "when changed")).kind).toBe("written");
    expect(await documents.hasChanged(path)).toBe(false);
    expect((await documents.write(path, bytes("1"), "when changed")).kind).toBe("untouched");
    expect(reports.map(([, { operation }]) => operation)).toEqual(["decrypt", "encrypt"]);
  });
});

describe("re-encrypting", () => {
  it("writes the same text anew", async () => {
    const { documents, encrypted } = await opened();
    const path = await encrypted("a.age", "text", "armored");
    const before = await readFile(path);
    expect((await documents.reencrypt(path)).kind).toBe("written");
    expect((await readFile(path)).equals(before)).toBe(false);
    expect(await decrypted(path, alice)).toBe("text");
  });
});

describe("a lock", () => {
  it("forgets documents but those with unsaved text, and then only an action opens one", async () => {
    const { documents, encrypted } = await opened();
    const [a, b] = [await encrypted("a.age", "A"), await encrypted("b.age", "B")];
    await documents.read(a, "ask");
    await documents.read(b, "ask");
    documents.lock([b]);
    expect([documents.find(a), documents.find(b)?.path]).toEqual([null, b]);
    await expect(documents.read(a, "never")).rejects.toEqual(ageError("locked", { path: a }));
    expect(kit.text(await documents.read(b, "never"))).toBe("B");
    expect(kit.text(await documents.read(a, "ask"))).toBe("A");
    expect(kit.text(await documents.read(a, "never"))).toBe("A");
  });

  it("ends an open that it overtakes, which unlocks nothing again", async () => {
    const { documents, encrypted, prompts, keyring } = await opened();
    const path = await encrypted("a.age", "text", passphrase("right"));
    keyring.onChange((state) => {
      if (state === "locked") documents.lock([]);
    });
    prompts.passphrases = ["right", "right"];
    prompts.meanwhile = () => {
      prompts.meanwhile = () => undefined;
      keyring.lock();
    };
    await expect(documents.read(path, "ask")).rejects.toMatchObject({ code: "locked" });
    expect([keyring.state, documents.find(path)]).toEqual(["locked", null]);
    expect(kit.text(await documents.read(path, "ask"))).toBe("text");
  });

  it.each(["facts", "read"] as const)("ends an open that is at the step %s", async (step) => {
    let lock = (): void => undefined;
    const after = ({ name }: Effect) => {
      if (name === step) lock();
    };
    const { documents, encrypted, keyring } = await opened({
      disk: observedDisk(localDisk, { after }),
    });
    const path = await encrypted("a.age", "text");
    lock = () => {
      keyring.lock();
      documents.lock([]);
    };
    await expect(documents.read(path, "ask")).rejects.toMatchObject({ code: "locked" });
    expect([keyring.state, documents.find(path)]).toEqual(["locked", null]);
  });

  it("that is overdue comes before an open, which then asks", async () => {
    const { documents, encrypted, prompts, keyring, clock } = await opened({ afterMinutes: 5 });
    keyring.onChange((state) => {
      if (state === "locked") documents.lock([]);
    });
    const path = await encrypted("a.age", "text", passphrase("right"));
    prompts.passphrases = ["right", "right"];
    await documents.read(path, "ask");
    clock.time += 5 * 60_000;
    expect(kit.text(await documents.read(path, "ask"))).toBe("text");
    expect(prompts.kinds).toEqual(["passphrase", "passphrase"]);
    clock.time += 5 * 60_000;
    await expect(documents.read(path, "never")).rejects.toMatchObject({ code: "locked" });
  });

  it("does not come while the user opens and saves", async () => {
    const { documents, encrypted, keyring, clock } = await opened({ afterMinutes: 5 });
    const path = await encrypted("a.age", "0");
    await documents.read(path, "ask");
    clock.time += 4 * 60_000;
    await documents.write(path, bytes("1"), "when changed");
    clock.time += 4 * 60_000;
    await documents.read(path, "ask");
    clock.time += 4 * 60_000;
    await documents.read(path, "never");
    expect(keyring.state).toBe("unlocked");
    clock.time += 60_000;
    expect(keyring.state).toBe("locked");
  });
});

describe("the facts of a document", () => {
  it.each(["binary", "armored"] as const)("hold the plaintext's size (%s)", async (format) => {
    const { documents, encrypted } = await opened();
    const path = await encrypted("a.age", "x".repeat(70_000), bob, format);
    const facts = await documents.sizes.stat(path);
    expect(facts).toMatchObject({ plaintextSize: 70_000, size: (await stat(path)).size });
    await writeFile(path, await ageFile("shorter", bob, format));
    expect((await documents.sizes.stat(path)).plaintextSize).toBe(7);
  });

  it("are read once for a version", async () => {
    let streams = 0;
    const before = ({ name }: Effect) => void (streams += name === "stream" ? 1 : 0);
    const { documents, encrypted } = await opened({ disk: observedDisk(localDisk, { before }) });
    const path = await encrypted("a.age", "text");
    await documents.sizes.stat(path);
    await documents.sizes.stat(path);
    expect(streams).toBe(1);
  });

  it("are none of a folder, a named pipe or nothing, and fail for junk", async () => {
    const { documents, folder, path, put } = await opened();
    execFileSync("mkfifo", [path("pipe.age")]);
    await symlink("nowhere", path("link.age"));
    for (const at of [folder, path("pipe.age"), path("link.age"), path("none.age")]) {
      await expect(documents.sizes.stat(at)).rejects.toEqual(ageError("not-found", { path: at }));
    }
    await expect(documents.sizes.stat(await put("a.age", "junk"))).rejects.toMatchObject({
      code: "not-age",
    });
  });
});

describe("a file that moved", () => {
  it("takes its base, its memory and its passphrase along", async () => {
    const { documents, encrypted, path, keyring, prompts } = await opened();
    const from = await encrypted("a.age", "text", passphrase("right"));
    const to = path("b.age");
    prompts.passphrases = ["right"];
    await documents.read(from, "ask");
    await localDisk.renameToFree(from, to);
    await documents.moved(from, to);
    expect([documents.find(from), documents.find(to)?.path]).toEqual([null, to]);
    expect(keyring.passphraseFor(from)).toBeNull();
    expect(kit.text(keyring.passphraseFor(to) ?? bytes(""))).toBe("right");
    expect((await documents.write(to, bytes("text"), "when changed")).kind).toBe("untouched");
    documents.forget(to);
    expect(documents.find(to)).toBeNull();
  });

  it("is not forgotten when it is told twice, or moved to where it is", async () => {
    const { documents, encrypted, path, context } = await opened();
    const from = await encrypted("a.age", "text");
    const to = path("b.age");
    await documents.read(from, "ask");
    await documents.write(from, bytes("new"), "when changed");
    await localDisk.renameToFree(from, to);
    for (const [old, next] of [
      [from, to],
      [from, to],
      [to, to],
    ] as const) {
      await documents.moved(old, next);
      expect(documents.find(to)?.path).toBe(to);
      expect(rememberedFile(context.memory, to)?.written?.recipients).toHaveLength(1);
      expect(rememberedFile(context.memory, from)).toBeNull();
    }
  });

  it("goes along with its folder, whether it is open or closed", async () => {
    const { documents, encrypted, path, context, keyring, prompts, folder } = await opened();
    await mkdir(path("old"));
    const closed = await encrypted("old/closed.age", "text");
    const open = await encrypted("old/open.age", "text", passphrase("right"));
    prompts.passphrases = ["right"];
    await documents.read(open, "ask");
    await rememberFile(context.memory, closed, { ciphertext: "1" });
    await documents.moved(join(folder, "old"), join(folder, "new"));
    expect(documents.find(path("new/open.age"))?.path).toBe(path("new/open.age"));
    expect(keyring.passphraseFiles()).toEqual([path("new/open.age")]);
    expect(rememberedFile(context.memory, path("new/closed.age"))).toEqual({ ciphertext: "1" });
  });

  it("can still be written again at the old path, where its text is unsaved", async () => {
    const { documents, encrypted, path, prompts } = await opened();
    const from = await encrypted("a.age", "text", passphrase("right"));
    const to = path("b.age");
    prompts.passphrases = ["right"];
    await documents.read(from, "ask");
    await localDisk.renameToFree(from, to);
    await documents.moved(from, to, [from]);
    prompts.choices = ["overwrite"];
    expect((await documents.write(from, bytes("unsaved"), "when changed")).kind).toBe("written");
    expect(await decrypted(from, "right")).toBe("unsaved");
    expect(await decrypted(to, "right")).toBe("text");
  });
});
