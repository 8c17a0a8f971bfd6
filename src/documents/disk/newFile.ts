import type { Source } from "../../age/source";
import type { Disk, NewFile } from "./disk";
import { ignoreFailure } from "./diskFailures";

/**
 * Makes a file that does not exist yet, fills and closes it. Then it does what the file is for,
 * such as giving it another name. If any of it fails, no partial file is left behind.
 */
export async function makeFile<Result>(
  disk: Disk,
  path: string,
  fill: (file: NewFile) => Promise<void>,
  use: () => Promise<Result>,
): Promise<Result> {
  const file = await disk.create(path);
  try {
    await fill(file).finally(() => file.close());
    return await use();
  } catch (error) {
    await disk.remove(path).catch(ignoreFailure);
    throw error;
  }
}

/** Writes the content of a file and flushes it. */
export async function writeFlushed(
  file: NewFile,
  content: Source,
  signal?: AbortSignal,
): Promise<void> {
  for await (const piece of content) {
    signal?.throwIfAborted();
    await file.write(piece);
  }
  await file.flush();
}
