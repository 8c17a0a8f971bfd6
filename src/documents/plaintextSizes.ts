import { plaintextSize, readAgeFile } from "../age/age";
import type { Disk } from "./disk";
import type { FileFacts } from "./fileFacts";

/** The sizes of the plaintexts of files, which need no key. Each is read once for a version. */
export class PlaintextSizes {
  private readonly known = new Map<string, { version: string; size: number }>();

  constructor(private readonly disk: Pick<Disk, "stream">) {}

  /** @throws AgeError when the file is no age file. */
  async sizeOf(path: string, facts: FileFacts): Promise<number> {
    const version = `${facts.mtime} ${facts.ctime} ${facts.size}`;
    const cached = this.known.get(path);
    if (cached?.version === version) return cached.size;
    const file = await readAgeFile(this.disk.stream(path));
    const size = await plaintextSize(file, facts.size);
    this.known.set(path, { version, size });
    return size;
  }
}
