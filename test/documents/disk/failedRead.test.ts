import { open, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { collect } from "../../../src/age/age";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { temporaryFolder } from "../kit";

/** Makes every open file fail at a call. */
async function failing(path: string, call: "read" | "readFile" | "stat" | "writeFile") {
  const handle = await open(path);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const failure = Object.assign(new Error("for a test"), { code: "EIO" });
  const spy = vi.spyOn(prototype, call).mockRejectedValue(failure);
  onTestFinished(() => {
    spy.mockRestore();
  });
}

it("a read that fails is told apart from a write that fails", async () => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, "content");
  const file = await localDisk.openForReading(path);
  onTestFinished(() => file.close());
  const created = await localDisk.create(`${path}2`);
  onTestFinished(() => created.close());
  await failing(path, "read");
  await failing(path, "stat");
  await failing(path, "writeFile");
  const reads: (() => Promise<unknown>)[] = [
    () => collect(localDisk.stream(path)),
    () => collect(file.stream()),
    () => file.size(),
    () => file.look(),
    () => file.isAt(path),
    () => localDisk.openForReading(path),
  ];
  for (const read of reads) await expect(read()).rejects.toMatchObject({ code: "read-failed" });
  const writing = created.write(new Uint8Array(1));
  await expect(writing).rejects.toMatchObject({ code: "write-failed", facts: { fault: "EIO" } });
});

it.runIf(process.platform === "linux")("a file that the system fails to read is one", async () => {
  // Nobody can read the memory at address 0.
  const reading = localDisk.read("/proc/self/mem");
  await expect(reading).rejects.toMatchObject({ code: "read-failed" });
});
