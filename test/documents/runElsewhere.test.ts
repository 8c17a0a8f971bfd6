import { readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { discard, findUnfinished } from "../../src/documents/files/unfinished";
import { ageError, desk, expectNames, type Desk } from "./kit";
import { begunElsewhere, forAlice, inProcess, partialIn, silent } from "./operations";

const { pid, since } = { pid: 2, since: 1234 };
const host = "other-container";

async function begunThere(): Promise<Desk & { readonly record: string }> {
  const at = await desk();
  return { ...at, record: await begunElsewhere(at, { host, since }) };
}

describe.each([
  ["is in use here", [2]],
  ["is not in use here", []],
])("a run of another container, whose process id %s", (_what, ids) => {
  const alive = new Set<number>(ids);
  const holder = { pid, host, since, isAlive: false };

  it("holds its target, by name, until the user says that it is over", async () => {
    const at = await begunThere();
    const context = inProcess(at, 3, { alive });
    const partial = await partialIn(at.folder);
    await expect(encryptFile(forAlice(at.path("a")), context, silent)).rejects.toEqual(
      ageError("busy", { path: at.path("a.age"), holder }),
    );
    expect(await partialIn(at.folder)).toBe(partial);
    const [found] = await findUnfinished(context);
    expect(found?.holder).toEqual(holder);
    if (found === undefined) return;
    await discard(found.record, context);
    await expectNames(at.folder, "a");
    await expectNames(at.context.unfinished.folder);
  });

  it("is resumed once the user says that it is over", async () => {
    const at = await begunThere();
    const context = inProcess(at, 3, { alive });
    const [{ record } = expect.fail()] = await findUnfinished(context);
    const encryption = forAlice(at.path("a"), { resumes: record });
    await encryptFile(encryption, context, silent);
    await expectNames(at.folder, "a", "a.age");
    await expectNames(at.context.unfinished.folder);
  });

  it("that has written nothing yet can be ended, too", async () => {
    const at = await begunThere();
    await rm(await partialIn(at.folder));
    const context = inProcess(at, 3, { alive });
    const [found = expect.fail()] = await findUnfinished(context);
    expect(found).toMatchObject({ holder, partialSize: 0 });
    await discard(found.record, context);
    await encryptFile(forAlice(at.path("a")), context, silent);
    await expectNames(at.folder, "a", "a.age");
  });

  it("that went on meanwhile is not ended by what was said of it before", async () => {
    const at = await begunThere();
    const context = inProcess(at, 3, { alive });
    const [{ record } = expect.fail()] = await findUnfinished(context);
    const content = JSON.parse(await readFile(at.record, "utf8")) as object;
    await writeFile(at.record, JSON.stringify({ ...content, header: "0a".repeat(32) }));
    await expect(discard(record, context)).rejects.toMatchObject({ code: "busy" });
    await partialIn(at.folder);
  });
});
