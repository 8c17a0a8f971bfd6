import { execFileSync } from "node:child_process";
import { mkdir, symlink, truncate } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { X25519Identity } from "../../../src/age/x25519";
import { factsOfWritten, rememberFile } from "../../../src/documents/memory/memory";
import {
  readRecipientsFile,
  resolveRecipients,
} from "../../../src/documents/recipients/recipients";
import type { UnlockingKey } from "../../../src/documents/unlocking/unlocked";
import { ageError, alice, bob, carol, desk, nameOf, type Desk, type DeskOptions } from "../kit";

const [a, b, c] = [nameOf(alice), nameOf(bob), nameOf(carol)] as const;
const opener: UnlockingKey = { kind: "identity", recipient: a };

async function nested(options: DeskOptions = {}): Promise<Desk & { file: string }> {
  const made = await desk(options);
  await mkdir(made.path("app/deep"), { recursive: true });
  return { ...made, file: made.path("app/deep/file.age") };
}

async function resolved({ context, file }: { context: Desk["context"]; file: string }) {
  const found = await resolveRecipients(file, opener, context.sources);
  return found && { ...found.origin, named: found.named.map(({ text }) => text) };
}

describe("the recipients of a file", () => {
  const rule = () => ({ glob: "*.age", recipients: [b, c] });

  it("are those of the nearest recipients file", async () => {
    const made = await nested({ rule });
    await made.put(".age-recipients", `${b}\n`);
    await made.put("app/.agerecipients", `${c}\n`);
    const place = made.path("app/.agerecipients");
    expect(await resolved(made)).toEqual({ kind: "recipients-file", place, named: [c] });
    const nearer = await made.put("app/deep/.age-recipients", `${a}\n`);
    expect(await resolved(made)).toEqual({ kind: "recipients-file", place: nearer, named: [a] });
  });

  it("are not those of a recipients file above the workspace", async () => {
    const made = await nested();
    await made.put(".age-recipients", `${b}\n`);
    const { disk, memory } = made.context;
    for (const root of [made.path("app"), null]) {
      const sources = { disk, memory, workspaceFolder: () => root, rule: () => null };
      const found = await resolveRecipients(made.file, opener, sources);
      expect(found?.origin.kind).toBe("identity");
    }
  });

  it("are those of a rule where there is no recipients file, before remembered ones", async () => {
    const made = await nested({ rule });
    const { memory } = made.context;
    await rememberFile(memory, made.file, factsOfWritten("1", [{ text: a }]));
    expect(await resolved(made)).toEqual({ kind: "rules", place: "*.age", named: [b, c] });
  });

  it("are those remembered where nothing else says whom, whatever was read since", async () => {
    const made = await nested();
    const written = factsOfWritten("1", [{ text: b, name: "Bob" }]);
    await rememberFile(made.context.memory, made.file, { ...written, ciphertext: "2" });
    expect(await resolved(made)).toEqual({ kind: "remembered", place: made.file, named: [b] });
  });

  it("are the identity that opened it at last, and nobody is built in", async () => {
    const made = await nested();
    expect(await resolved(made)).toEqual({ kind: "identity", place: made.file, named: [a] });
    expect(await resolveRecipients(made.file, null, made.context.sources)).toBeNull();
  });

  it("are each written once, in the order of their first mention", async () => {
    const made = await nested();
    await made.put(".age-recipients", `# Bob\n${b}\n\n${a}\n# again\n${b}\n\n`);
    const found = await resolveRecipients(made.file, opener, made.context.sources);
    expect(found?.named).toEqual([{ text: b, name: "Bob" }, { text: a }]);
    expect(found?.recipients).toHaveLength(2);
    const twice = await nested({ rule: () => ({ glob: "*", recipients: [c, c] }) });
    expect((await resolved(twice))?.named).toEqual([c]);
  });
});

describe("a long list", () => {
  it("is read up to age's limit, and refused beyond it, wherever it comes from", async () => {
    const listed = Array.from({ length: 1024 }, () => nameOf(X25519Identity.generate()));
    let recipients = listed;
    const made = await nested({ rule: () => ({ glob: "*", recipients }) });
    expect((await resolved(made))?.named).toEqual(listed);
    recipients = [...listed, a];
    await expect(resolved(made)).rejects.toEqual(ageError("invalid-recipient", {}));
    const place = await made.put("app/.age-recipients", `${listed.join("\n")}\n`);
    expect((await resolved(made))?.named).toEqual(listed);
    await made.put("app/.age-recipients", recipients.join("\n"));
    await expect(resolved(made)).rejects.toEqual(ageError("invalid-recipient", { path: place }));
  });
});

describe("recipients that cannot be obeyed", () => {
  it.each([
    ["a bad line", `# x\n${nameOf(bob)}\nnobody\n`, "invalid-recipient", 3],
    ["an SSH key", "ssh-ed25519 AAAA\n", "unsupported-recipient", 1],
    ["nobody", "# nobody yet\n\n", "no-recipients", undefined],
  ] as const)("stop at a file with %s", async (_what, content, code, line) => {
    const made = await nested({ rule: () => ({ glob: "*", recipients: [b] }) });
    const path = await made.put("app/.age-recipients", content);
    await expect(resolved(made)).rejects.toEqual(
      ageError(code, line === undefined ? { path } : { path, line }),
    );
  });

  it("stop at a folder or a named pipe, and do not go on to the file above", async () => {
    for (const make of [
      (path: string) => mkdir(path),
      (path: string) => Promise.resolve(execFileSync("mkfifo", [path])),
    ]) {
      const made = await nested();
      await made.put(".age-recipients", `${b}\n`);
      const path = made.path("app/.age-recipients");
      await make(path);
      await expect(resolved(made)).rejects.toEqual(
        ageError("unreadable-recipients-file", { path }),
      );
    }
  });

  it("stop at a link that leads nowhere, by name, whatever another place says", async () => {
    const made = await nested({ rule: () => ({ glob: "*", recipients: [b] }) });
    const path = made.path("app/.age-recipients");
    await symlink("/nowhere/team", path);
    await expect(resolved(made)).rejects.toMatchObject({
      message: `the recipients file ${basename(path)} cannot be read: its symbolic link leads nowhere (${path})`,
      facts: { path },
    });
  });

  it("stop at a link that leads in a circle, and at a file of gigabytes without reading it", async () => {
    const made = await nested();
    const path = made.path("app/.age-recipients");
    await symlink(".age-recipients", path);
    await expect(resolved(made)).rejects.toMatchObject({ name: "AgeError", facts: { path } });
    const huge = await made.put("huge", "");
    await truncate(huge, 8 * 2 ** 30);
    await expect(readRecipientsFile(huge, made.context.disk)).rejects.toEqual(
      ageError("unreadable-recipients-file", { path: huge }),
    );
    const none = join(made.folder, "none");
    await expect(readRecipientsFile(none, made.context.disk)).rejects.toEqual(
      ageError("unreadable-recipients-file", { path: none }),
    );
  });

  it("stop at an empty rule and at a bad recipient in one", async () => {
    const empty = await nested({ rule: () => ({ glob: "*", recipients: [] }) });
    await expect(resolved(empty)).rejects.toMatchObject({ code: "no-recipients" });
    const bad = await nested({ rule: () => ({ glob: "*", recipients: [a, "age1nobody"] }) });
    await expect(resolved(bad)).rejects.toMatchObject({ code: "invalid-recipient" });
  });
});
