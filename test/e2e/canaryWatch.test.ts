import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { testFolder } from "../testFolder";
import { CanaryWatch } from "./canaryWatch";

function watchOf(folder: string, names?: RegExp): CanaryWatch {
  const watch = new CanaryWatch([{ folder, ...(names === undefined ? {} : { names }) }]);
  onTestFinished(() => {
    watch.close();
  });
  return watch;
}

it.each([
  ["UTF-8", (text: string) => text],
  ["UTF-16", (text: string) => Buffer.from(text, "utf16le")],
  ["JSON", (text: string) => JSON.stringify({ text: `"${text}"\n` })],
  ["JSON of bytes", (text: string) => JSON.stringify(Buffer.from(text))],
  ["base64", (text: string) => Buffer.from(text).toString("base64")],
  ["base64, a byte on", (text: string) => Buffer.from(`-${text}-`).toString("base64")],
  ["base64, two bytes on", (text: string) => Buffer.from(`--${text}-`).toString("base64")],
  ["base64 of UTF-16", (text: string) => Buffer.from(`-${text}`, "utf16le").toString("base64")],
  ["hexadecimal digits", (text: string) => Buffer.from(text).toString("hex")],
])("a canary is found in %s", (_name, write) => {
  const folder = testFolder();
  const watch = watchOf(folder);
  const [secret, control, other] = [watch.secret(), watch.control(), watch.secret()];
  writeFileSync(join(folder, "secret"), write(secret));
  writeFileSync(join(folder, "control"), write(control));
  watch.scan();
  expect(watch.leaks).toEqual([{ file: join(folder, "secret"), canary: secret }]);
  expect(watch.filesWith(control)).toEqual([join(folder, "control")]);
  expect(watch.filesWith(other)).toEqual([]);
});

it("a file that another one replaces, or that is removed, was read before", async () => {
  const folder = testFolder();
  const watch = watchOf(folder);
  const [replaced, removed] = [watch.secret(), watch.secret()];
  const path = join(folder, "file");
  writeFileSync(path, "");
  await expect.poll(() => watch.filesRead).toBe(1);
  // The events arrive together, when the text is already gone from the disk.
  writeFileSync(path, replaced);
  writeFileSync(`${path}.new`, "harmless");
  renameSync(`${path}.new`, path);
  await expect.poll(() => watch.filesWith(replaced)).toEqual([path]);
  writeFileSync(path, removed);
  rmSync(path);
  await expect.poll(() => watch.filesWith(removed)).toEqual([path]);
});

it("files are read in folders that are made later, of the names that are watched", async () => {
  const parent = testFolder();
  const watch = watchOf(parent, /^mine-/);
  const secret = watch.secret();
  const [mine, others] = [join(parent, "mine-1", "deeper"), join(parent, "others-1")];
  mkdirSync(others);
  writeFileSync(join(others, "file"), secret);
  mkdirSync(mine, { recursive: true });
  const early = join(mine, "early");
  writeFileSync(early, secret);
  await expect.poll(() => watch.filesWith(secret)).toEqual([early]);
  const late = join(mine, "late");
  writeFileSync(late, secret);
  await expect.poll(() => watch.filesWith(secret)).toEqual([early, late]);
});

it("a scan reads what a program holds open after its removal", async () => {
  const folder = testFolder();
  const watch = watchOf(folder);
  const secret = watch.secret();
  const script = 'exec 9>"$0/file"; rm "$0/file"; printf %s "$1" >&9; echo ready; read line';
  const holder = spawn("sh", ["-c", script, folder, secret], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => {
    holder.kill("SIGKILL");
  });
  await once(holder.stdout, "data");
  watch.scan();
  expect(watch.leaks).toHaveLength(1);
});
