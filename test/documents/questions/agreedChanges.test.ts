import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgreedChanges } from "../../../src/documents/questions/agreedChanges";
import type { RecipientsQuestion } from "../../../src/documents/questions/prompts";
import { alice, bob, carol, decrypted, desk, nameOf } from "../kit";
import { silentDocuments } from "../silentDocuments";

const [a, b, c] = [nameOf(alice), nameOf(bob), nameOf(carol)] as const;

describe("a change that was agreed to for all of a run's files", () => {
  /** Writes files for Alice and others, before a list names more people. */
  async function written(files: Readonly<Record<string, string>>) {
    const at = await desk();
    const documents = silentDocuments(at.context);
    at.prompts.agreements = Object.keys(files).map(() => true);
    for (const [name, list] of Object.entries(files)) {
      const file = await at.encrypted(name, name, alice, carol);
      await at.put(".age-recipients", list);
      await documents.reencrypt(file);
    }
    const questions: RecipientsQuestion[] = [];
    at.prompts.confirmRecipients = (question) => {
      questions.push(question);
      return Promise.resolve(question.files === undefined ? "cancel" : "next for all");
    };
    const run = new AgreedChanges(3);
    const reencrypt = (name: string, agreed = run) =>
      documents.reencrypt(at.path(name), undefined, agreed);
    return { ...at, questions, reencrypt };
  }
  const dismissed = { code: "dismissed" };

  it("is asked about once, and anew in the next run", async () => {
    const { put, path, reencrypt, questions } = await written({
      "a.age": `${a}\n`,
      "b.age": `${a}\n`,
    });
    await put(".age-recipients", `${a}\n${b}\n`);
    await reencrypt("a.age");
    expect(questions).toMatchObject([{ files: 3, change: { added: [{ text: b }] } }]);
    await reencrypt("b.age");
    for (const name of ["a.age", "b.age"]) expect(await decrypted(path(name), bob)).toBe(name);
    expect(questions).toHaveLength(1);
    await put(".age-recipients", `${a}\n`);
    await reencrypt("a.age", new AgreedChanges(2));
    await reencrypt("b.age", new AgreedChanges(2));
    expect(questions).toHaveLength(3);
  });

  it.each([
    ["somebody else loses it, too", `${a}\n${c}\n`, ".age-recipients"],
    ["another list names the same people", `${a}\n`, ".agerecipients"],
  ])("is asked about again where %s", async (_, list, name) => {
    const { put, path, reencrypt, questions } = await written({ "a.age": `${a}\n`, "b.age": list });
    await put(".age-recipients", `${a}\n${b}\n`);
    await reencrypt("a.age");
    await rm(path(".age-recipients"));
    await put(name, `${a}\n${b}\n`);
    await reencrypt("b.age");
    expect(questions).toHaveLength(2);
  });

  it("is asked about for each file that it would lock oneself out of", async () => {
    const { put, path, reencrypt, questions } = await written({
      "a.age": `${a}\n`,
      "b.age": `${a}\n`,
    });
    await put(".age-recipients", `${b}\n`);
    for (const name of ["a.age", "b.age"])
      await expect(reencrypt(name)).rejects.toMatchObject(dismissed);
    expect(questions.map(({ files }) => files)).toEqual([undefined, undefined]);
    expect(await decrypted(path("b.age"), alice)).toBe("b.age");
  });

  it("is asked about for each file whose recipients nobody knows", async () => {
    const { put, encrypted, reencrypt, questions } = await written({});
    for (const name of ["a.age", "b.age"]) await encrypted(name, name, alice, carol);
    await put(".age-recipients", `${a}\n${b}\n`);
    for (const name of ["a.age", "b.age"])
      await expect(reencrypt(name)).rejects.toMatchObject(dismissed);
    expect(questions.map(({ change }) => change.certain)).toEqual([false, false]);
  });
});
