import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import * as kit from "./kit";
import { ageFile, alice, bob, bytes, carol, decrypted, desk, nameOf } from "./kit";
import { silentDocuments } from "./silentDocuments";

const [a, b, c] = [nameOf(alice), nameOf(bob), nameOf(carol)] as const;

/** Opens a.age, encrypted for these people, at a desk. */
async function opened(people: Parameters<typeof ageFile>[1][], options: kit.DeskOptions = {}) {
  const at = await desk(options);
  const file = await at.encrypted("a.age", "old", ...people);
  const documents = silentDocuments(at.context);
  await documents.read(file, "ask");
  const save = (text: string) => documents.write(file, bytes(text), "when changed");
  return { ...at, file, documents, save };
}

async function openedWithPassphrase() {
  const at = await desk();
  const file = await at.encrypted("a.age", "old", kit.passphrase("right"));
  const documents = silentDocuments(at.context);
  at.prompts.passphrases = ["right"];
  await documents.read(file, "ask");
  const save = (text: string) => documents.write(file, bytes(text), "when changed");
  return { ...at, file, save };
}

async function stanzas(file: string): Promise<number> {
  return (await readFile(file, "latin1")).split("\n-> X25519 ").length - 1;
}

describe("a save for the same people", () => {
  it("asks nothing where the file has one reader, who opened it", async () => {
    const { save, prompts, put } = await opened([alice]);
    await save("1");
    await put(".age-recipients", `${a}\n`);
    await save("2");
    expect(prompts.asked).toEqual([]);
  });

  it("is for those whom the user chose instead, and the next one asks nothing", async () => {
    const { save, prompts, file } = await opened([bob, carol, alice], { identities: [alice] });
    const chosen = [{ text: a }, { text: b }];
    prompts.confirmRecipients = (question) => {
      prompts.asked.push({ kind: "recipients", question });
      return Promise.resolve({ chosen });
    };
    await save("1");
    await save("2");
    expect(prompts.kinds).toEqual(["recipients"]);
    expect(await stanzas(file)).toBe(2);
    for (const one of [alice, bob]) expect(await decrypted(file, one)).toBe("2");
  });

  it("keeps all of one's own identities, of which nothing but the file tells", async () => {
    const { save, prompts, file } = await opened([alice, bob], { identities: [alice, bob] });
    await save("1");
    expect(prompts.asked).toEqual([]);
    for (const one of [alice, bob]) expect(await decrypted(file, one)).toBe("1");
  });

  it("asks about those who are not one's own identities, and keeps one's own", async () => {
    const { save, prompts, file } = await opened([bob, carol, alice], {
      identities: [alice, bob],
    });
    prompts.agreements = [true];
    await save("1");
    expect(prompts.question.change).toMatchObject({ unnamedDropped: 1, locksOut: false });
    expect(await stanzas(file)).toBe(2);
    for (const one of [alice, bob]) expect(await decrypted(file, one)).toBe("1");
  });

  it("asks nothing where Cage wrote the file for them", async () => {
    const { save, prompts, put } = await opened([alice]);
    await put(".age-recipients", `${a}\n${b}\n`);
    prompts.agreements = [true];
    await save("1");
    await save("2");
    expect(prompts.question.change).toMatchObject({ added: [{ text: b }], certain: true });
    expect(prompts.kinds).toHaveLength(1);
  });

  it("asks once for a list of the right length", async () => {
    const { save, prompts, put, file, documents } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n${b}\n`);
    prompts.agreements = [true];
    await save("1");
    await writeFile(file, await ageFile("from elsewhere", alice, bob));
    await documents.read(file, "ask");
    await save("2");
    expect(prompts.question.change).toEqual({
      ...{ dropped: [], added: [], unnamedDropped: 0, unnamedAdded: 0 },
      ...{ locksOut: false, certain: false },
    });
    expect(prompts.kinds).toHaveLength(1);
  });
});

describe("a save that would drop or add somebody", () => {
  it("names who would be dropped, and writes nothing unless the user agrees", async () => {
    const { save, prompts, put, file } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n# Bob, ops\n${b}\n`);
    prompts.agreements = [true, false, true];
    await save("1");
    await put(".age-recipients", `${a}\n`);
    const before = await readFile(file);
    await expect(save("2")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question.change).toMatchObject({
      dropped: [{ text: b, name: "Bob, ops" }],
      certain: true,
    });
    expect((await readFile(file)).equals(before)).toBe(true);
    await save("2");
    expect(prompts.kinds).toHaveLength(3);
    expect(await stanzas(file)).toBe(1);
    await expect(decrypted(file, bob)).rejects.toMatchObject({ code: "no-identity-match" });
  });

  it("asks although that list was approved for another file", async () => {
    const { save, prompts, put, path, documents } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n${b}\n`);
    prompts.agreements = [true, false];
    await save("1");
    await writeFile(path("c.age"), await ageFile("old", alice, bob, carol));
    await documents.read(path("c.age"), "ask");
    await expect(documents.write(path("c.age"), bytes("1"), "when changed")).rejects.toMatchObject({
      code: "dismissed",
    });
    expect(prompts.question.change).toMatchObject({ unnamedDropped: 1, certain: false });
  });

  it("asks for each file anew, since another one may have other readers", async () => {
    const { save, prompts, put, path, documents } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n${b}\n`);
    prompts.agreements = [true, false];
    await save("1");
    const other = await put("two.age", await ageFile("old", alice, carol));
    await documents.read(other, "ask");
    await expect(documents.write(other, bytes("1"), "when changed")).rejects.toMatchObject({
      code: "dismissed",
    });
    expect(prompts.kinds).toEqual(["recipients", "recipients"]);
    expect(await decrypted(path("two.age"), carol)).toBe("old");
  });

  it("asks before a passphrase takes the place of strangers' recipients", async () => {
    const { save, prompts, put, file } = await openedWithPassphrase();
    await put("a.age", await ageFile("theirs", bob, carol));
    prompts.choices = ["overwrite", "overwrite"];
    prompts.agreements = [false, true];
    await expect(save("1")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question).toMatchObject({
      origin: { kind: "passphrase" },
      change: { unnamedDropped: 2, certain: false },
      next: [],
    });
    expect(await decrypted(file, bob)).toBe("theirs");
    expect((await save("1")).kind).toBe("written");
    expect(await decrypted(file, "right")).toBe("1");
  });

  it("asks again each time until the user agrees", async () => {
    const { save, prompts, put } = await opened([alice]);
    await put(".age-recipients", `${a}\n${c}\n`);
    prompts.agreements = [false, false, true];
    await expect(save("1")).rejects.toMatchObject({ code: "dismissed" });
    await expect(save("1")).rejects.toMatchObject({ code: "dismissed" });
    expect((await save("1")).kind).toBe("written");
    expect((await save("2")).kind).toBe("written");
  });

  it("warns that one could not read it oneself, and reads back what it can", async () => {
    const { save, prompts, put, file } = await opened([alice]);
    await put(".age-recipients", `${b}\n`);
    prompts.agreements = [true];
    await save("1");
    expect(prompts.question.change).toMatchObject({ locksOut: true, dropped: [{ text: a }] });
    expect(await decrypted(file, bob)).toBe("1");
  });

  it("does not warn of that because the identity that opened it is locked now", async () => {
    const { save, prompts, put, keyring } = await opened([carol, bob], { identities: [carol] });
    await put(".age-recipients", `${b}\n${c}\n`);
    keyring.lock();
    prompts.agreements = [true];
    await save("1");
    expect(prompts.question.change.locksOut).toBe(false);
  });

  it("drops nobody when a file for several is saved with no list: it asks", async () => {
    const { save, prompts } = await opened([alice, bob, carol]);
    prompts.agreements = [false];
    await expect(save("1")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question).toMatchObject({
      origin: { kind: "identity" },
      change: { unnamedDropped: 2 },
      next: [{ text: a }],
    });
  });
});

describe("the present recipients", () => {
  it("can be kept where they are known, and are asked about again", async () => {
    const { save, prompts, put, file } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n${b}\n`);
    prompts.agreements = [true, "present", "present"];
    await save("1");
    await put(".age-recipients", `${a}\n${c}\n`);
    await save("2");
    expect(prompts.question).toMatchObject({
      change: { certain: true, dropped: [{ text: b }], added: [{ text: c }] },
      present: [{ text: a }, { text: b }],
    });
    expect(await decrypted(file, bob)).toBe("2");
    await expect(decrypted(file, carol)).rejects.toMatchObject({ code: "no-identity-match" });
    await save("3");
    expect(prompts.kinds).toHaveLength(3);
    expect(await decrypted(file, bob)).toBe("3");
  });

  it("can be kept where one identity opened the file alone", async () => {
    const { save, prompts, put, file } = await opened([alice]);
    await put(".age-recipients", `${b}\n`);
    prompts.agreements = ["present"];
    await save("1");
    expect(prompts.question.present).toEqual([{ text: a }]);
    expect(await stanzas(file)).toBe(1);
    expect(await decrypted(file, alice)).toBe("1");
  });

  it("can be kept as they were believed when the file was opened, which is no certainty", async () => {
    const at = await desk();
    const file = await at.encrypted("a.age", "old", alice, bob);
    await at.put(".age-recipients", `${a}\n${b}\n`);
    const documents = silentDocuments(at.context);
    await documents.read(file, "ask");
    await at.put(".age-recipients", `${a}\n`);
    at.prompts.agreements = ["present"];
    await documents.write(file, bytes("1"), "when changed");
    expect(at.prompts.question).toMatchObject({
      change: { certain: false },
      present: [{ text: a }, { text: b }],
    });
    expect(await decrypted(file, bob)).toBe("1");
  });

  it("are not offered where nobody knows them, nor are they obeyed then", async () => {
    const { save, prompts, put, file } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n`);
    prompts.agreements = ["present"];
    await expect(save("1")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question.present).toBeNull();
    expect(await decrypted(file, bob)).toBe("old");
  });

  it("are not offered where they are the next ones", async () => {
    const { save, prompts, put } = await opened([alice, bob]);
    await put(".age-recipients", `${a}\n${b}\n`);
    prompts.agreements = [false];
    await expect(save("1")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.question.present).toBeNull();
  });
});

describe("recipients that cannot be obeyed", () => {
  it("stop the save with file and line, before anything is written", async () => {
    const { save, put, file, folder, prompts } = await opened([alice]);
    const before = await readFile(file);
    const path = await put(".age-recipients", `${a}\nage1typo\n`);
    await expect(save("1")).rejects.toMatchObject({
      code: "invalid-recipient",
      facts: { path, line: 2 },
    });
    expect((await readFile(file)).equals(before)).toBe(true);
    await kit.expectNames(folder, "a.age", ".age-recipients");
    expect(prompts.asked).toEqual([]);
  });

  it("written twice make one stanza each", async () => {
    const { save, put, file, prompts } = await opened([alice]);
    await put(".age-recipients", `${a}\n${a}\n${b}\n${b}\n`);
    prompts.agreements = [true];
    await save("1");
    expect(await stanzas(file)).toBe(2);
  });
});
