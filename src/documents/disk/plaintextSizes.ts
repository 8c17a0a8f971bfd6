import { plaintextSize, readAgeFile } from "../../age/age";
import { AgeError } from "../../age/errors";
import type { Disk } from "./disk";
import type { FileFacts } from "./fileFacts";

/** The facts of a document for a directory listing. The plaintext's size needs no key. */
export interface DocumentFacts extends FileFacts {
  readonly plaintextSize: number;
}

/** The sizes of plaintexts, found without a key. Each version of a file is read once. */
export class PlaintextSizes {
  private readonly known = new Map<string, { version: string; size: number }>();

  constructor(private readonly disk: Pick<Disk, "facts" | "stream">) {}

  /** Reads the facts of a document. @throws AgeError "not-found" when no file is there. */
  async stat(path: string): Promise<DocumentFacts> {
    const facts = await this.factsOf(path);
    return { ...facts, plaintextSize: await this.sizeOf(path, facts) };
  }

  /**
   * Finds out how large a plaintext is, in bytes.
   *
   * @param unimportant - up to this size the file's own size will do: no plaintext is larger.
   * @throws AgeError "not-found" when no file is there.
   */
  async sizeAbove(path: string, unimportant: number): Promise<number> {
    const facts = await this.factsOf(path);
    return facts.size <= unimportant ? facts.size : this.sizeOf(path, facts);
  }

  private async factsOf(path: string): Promise<FileFacts> {
    const facts = await this.disk.facts(path);
    if (facts?.kind !== "file")
      throw new AgeError("not-found", "the file does not exist", { path });
    return facts;
  }

  private async sizeOf(path: string, facts: FileFacts): Promise<number> {
    const version = `${facts.mtime} ${facts.ctime} ${facts.size}`;
    const cached = this.known.get(path);
    if (cached?.version === version) return cached.size;
    const file = await readAgeFile(this.disk.stream(path));
    const size = await plaintextSize(file, facts.size);
    this.remember(path, { version, size });
    return size;
  }

  private remember(path: string, sized: { version: string; size: number }): void {
    this.known.delete(path);
    this.known.set(path, sized);
    // A map keeps its keys in the order in which they came.
    const [oldest] = this.known.keys();
    if (this.known.size > mostKnown && oldest !== undefined) this.known.delete(oldest);
  }
}

/** The most sizes that are kept: those of a large folder, in about a megabyte. */
const mostKnown = 5000;
