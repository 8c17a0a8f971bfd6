import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { ShownCiphertext } from "../../../src/documents/memory/shownCiphertext";

const path = "/w/a.age";
const header = "age-encryption.org/v1\n";
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Makes a disk with one file, to which an editor writes its texts. */
function watched(content: string | null) {
  const disk = { content: content === null ? null : utf8(content), isFull: false, isBusy: false };
  const versions = new ShownCiphertext(
    {
      read: () => {
        if (disk.isBusy) return Promise.reject(new AgeError("read-failed", "EMFILE"));
        return disk.content === null
          ? Promise.reject(new AgeError("not-found", "it is not there"))
          : Promise.resolve(disk.content);
      },
    },
    {
      encode: ({ text }) => Promise.resolve(utf8(text)),
      putBack: (_, bytes) => {
        if (disk.isFull) return Promise.reject(new Error("full"));
        disk.content = bytes;
        return Promise.resolve();
      },
    },
  );
  const set = (text: string): void => {
    disk.content = utf8(text);
  };
  const text = (): string => new TextDecoder().decode(disk.content ?? undefined);
  const edit = (typed: string): void => {
    versions.addEdit(path, { text: typed, encoding: "utf8" });
  };
  return { disk, versions, set, text, edit };
}

/** Makes a disk that is full when an editor has saved a text over an encrypted file. */
async function full() {
  const at = watched(`${header}1`);
  await at.versions.look(path);
  at.edit("x");
  at.set("x");
  at.disk.isFull = true;
  return at;
}

describe("an encrypted file whose text an editor shows", () => {
  it("is put back when the editor saved a text over it", async () => {
    const { versions, set, text, edit } = watched(`${header}1`);
    await versions.look(path);
    edit(`x${header}1`);
    edit(`xy${header}1`);
    for (const saved of [`xy${header}1`, `x${header}1`]) {
      set(saved);
      expect(await versions.look(path)).toEqual({ version: utf8(`${header}1`), isPutBack: true });
      expect(text()).toBe(`${header}1`);
    }
  });

  it("is put back though its text still begins as an age file does", async () => {
    const { versions, set, text, edit } = watched(`${header}1`);
    await versions.look(path);
    edit(`${header}1x`);
    set(`${header}1x`);
    await versions.look(path);
    expect(text()).toBe(`${header}1`);
  });

  it("stays as another program wrote it, whatever was typed before", async () => {
    const { versions, set, text, edit } = watched(`${header}1`);
    await versions.look(path);
    edit(`${header}1x`);
    for (const foreign of [`${header}2`, `${header}1x`, "no age file"]) {
      set(foreign);
      const isAge = foreign.startsWith(header);
      const version = isAge ? utf8(foreign) : null;
      expect(await versions.look(path)).toEqual({ version, isPutBack: false });
      expect(text()).toBe(foreign);
    }
  });

  it("is not learned while the editor is still writing", async () => {
    const { versions, set, text, edit } = watched(`${header}1`);
    await versions.look(path);
    edit(`${header}1xyz`);
    for (const torn of ["", header, `${header}1x`]) {
      set(torn);
      expect(await versions.look(path)).toEqual({ version: utf8(`${header}1`), isPutBack: false });
      expect(text()).toBe(torn);
    }
    set(`${header}1xyz`);
    await versions.look(path);
    expect(text()).toBe(`${header}1`);
  });

  it("is remembered until it could be put back", async () => {
    const { disk, versions, text } = await full();
    await expect(versions.look(path)).rejects.toThrow("full");
    expect(text()).toBe("x");
    disk.isFull = false;
    expect((await versions.look(path)).isPutBack).toBe(true);
    expect(text()).toBe(`${header}1`);
  });

  it("is left alone once it is forgotten", async () => {
    const { versions, set, text, edit } = watched(`${header}1`);
    await versions.look(path);
    edit("x");
    versions.forget(path);
    set("x");
    expect(await versions.look(path)).toEqual({ version: null, isPutBack: false });
    expect(text()).toBe("x");
  });

  it("stays as another program checked it out again, though the editor has had that text", async () => {
    const { versions, set, text, edit } = watched(`${header}1`);
    await versions.look(path);
    set(`${header}2`);
    await versions.look(path);
    // Undo brings back the first version's text and that of an edit before it; neither may stay.
    for (const typed of [`${header}1`, `${header}1x`]) {
      edit(typed);
      await versions.look(path);
    }
    set(`${header}1`);
    const first = { version: utf8(`${header}1`), isPutBack: false };
    expect(await versions.look(path)).toEqual(first);
    expect(text()).toBe(`${header}1`);
    // Undo still reaches as far after the editor was closed.
    set(`${header}2`);
    await versions.look(path);
    await versions.close(path);
    await versions.look(path);
    edit(`${header}1`);
    set(`${header}1`);
    expect(await versions.look(path)).toEqual(first);
    edit(`${header}1xy`);
    set(`${header}1xy`);
    expect((await versions.look(path)).isPutBack).toBe(true);
  });

  it("is known as a version among the latest thousand", async () => {
    const { versions, set, edit } = watched(`${header}0`);
    for (let version = 0; version <= 1000; version++) {
      set(`${header}${version}.`);
      await versions.look(path);
    }
    for (const [version, isPutBack] of [...([[1, false] as const, [0, true] as const] as const)]) {
      edit(`${header}${version}.`);
      set(`${header}${version}.`);
      expect(await versions.look(path)).toMatchObject({ isPutBack });
    }
  });

  it("is put back after its editor was closed, whatever was typed and could not be read", async () => {
    const { disk, versions, set, text, edit } = await full();
    const look = versions.look(path);
    // The editor closes before the look has read anything.
    const close = versions.close(path);
    await expect(look).rejects.toThrow("full");
    await close;
    for (let typed = 0; typed < 60; typed++) edit(`y${typed}`);
    await versions.close(path);
    disk.isBusy = true;
    await expect(versions.look(path)).rejects.toMatchObject({ code: "read-failed" });
    disk.isBusy = false;
    disk.isFull = false;
    expect(await versions.look(path)).toEqual({ version: utf8(`${header}1`), isPutBack: true });
    expect(text()).toBe(`${header}1`);
    // Nothing is owed any more, so the version is forgotten.
    set("y59");
    expect(await versions.look(path)).toEqual({ version: null, isPutBack: false });
  });

  it("is no longer to be put back once another program wrote one, or the user edits it", async () => {
    for (const isForeign of [true, false]) {
      const { disk, versions, set, text } = await full();
      await expect(versions.look(path)).rejects.toThrow("full");
      disk.isFull = false;
      if (isForeign) set(`${header}2`);
      else versions.forget(path);
      expect((await versions.look(path)).isPutBack).toBe(false);
      expect(text()).toBe(isForeign ? `${header}2` : "x");
    }
  });

  it("is none yet, or gone: nothing is put back", async () => {
    for (const content of [null, "", "-----BEGIN AGE"]) {
      const { versions, set, text, edit } = watched(content);
      expect((await versions.look(path)).version).toBeNull();
      edit("pasted");
      set("pasted");
      expect((await versions.look(path)).version).toBeNull();
      expect(text()).toBe("pasted");
    }
  });
});
