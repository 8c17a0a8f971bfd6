import { symlink } from "node:fs/promises";
import { expect, it } from "vitest";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { FileQueues } from "../../../src/documents/disk/fileQueues";
import type { EncryptJob } from "../../../src/strategies/strategy";
import { alice, bytes, decrypted, desk } from "../kit";
import { silentDocuments } from "../silentDocuments";

it("runs the tasks on a file one after another, by whatever name, in the order of each name", async () => {
  const { put, path, folder } = await desk();
  const file = await put("a.age", "");
  await symlink(file, path("link.age"));
  const queues = new FileQueues(localDisk);
  const trace: string[] = [];
  const task = (name: string) => async () => {
    trace.push(`${name} begins`);
    await localDisk.facts(file);
    trace.push(`${name} ends`);
    if (name === "1") throw new Error(name);
    return name;
  };
  const results = await Promise.allSettled([
    queues.run(file, task("1")),
    queues.run(file, task("2")),
    queues.run(path("link.age"), task("3")),
    queues.run(`${folder}/./a.age`, task("4")),
    queues.run(file, task("5")),
  ]);
  expect(results.map(({ status }) => status).join()).toBe(
    "rejected,fulfilled,fulfilled,fulfilled,fulfilled",
  );
  for (let at = 0; at < trace.length; at += 2) {
    expect(trace[at + 1]).toBe(trace[at]?.replace("begins", "ends"));
  }
  const order = trace.filter((line) => line.endsWith("begins")).map((line) => line[0]);
  expect(order.filter((name) => "125".includes(name ?? ""))).toEqual(["1", "2", "5"]);
});

it("lets other files go on", async () => {
  const { put } = await desk();
  const [a, b] = [await put("a.age", ""), await put("b.age", "")];
  const queues = new FileQueues(localDisk);
  let finish: () => void = () => undefined;
  let waiting = Promise.resolve();
  await new Promise<void>((begun) => {
    waiting = queues.run(a, () => {
      begun();
      return new Promise<void>((resolve) => (finish = resolve));
    });
  });
  expect(await queues.run(b, () => Promise.resolve("done"))).toBe("done");
  finish();
  await waiting;
});

it("keeps the saves of a file apart that is open by several names, and who comes later is asked", async () => {
  const { encrypted, path, folder, prompts, context } = await desk();
  const strategy = context.strategyFor("");
  let [running, most] = [0, 0];
  const encrypt = async (job: EncryptJob) => {
    most = Math.max(most, ++running);
    return strategy.encrypt(job).finally(() => running--);
  };
  const strategyFor = () => ({ ...strategy, encrypt });
  const documents = silentDocuments({ ...context, strategyFor });
  const file = await encrypted("a.age", "0");
  await symlink(file, path("link.age"));
  await symlink(folder, path("again"));
  const names = [file, path("link.age"), path("again/a.age"), `${folder}//a.age`];
  for (const name of names) await documents.read(name, "ask");
  prompts.choices = ["overwrite", "overwrite", "overwrite"];
  await Promise.all(names.map((name) => documents.write(name, bytes(name), "when changed")));
  expect(most).toBe(1);
  expect(prompts.kinds).toEqual(["changed", "changed", "changed"]);
  expect(names).toContain(await decrypted(file, alice));
});
