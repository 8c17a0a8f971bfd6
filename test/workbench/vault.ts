import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { collect, decrypt, encrypt, unwrapFileKey } from "../../src/age/age";
import type { Identity, Recipient } from "../../src/age/identity";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { contentAfterFacts, keyPartsOf, parseHead } from "../../src/documents/drafts/draftFile";
import { draftIdentity } from "../../src/documents/unlocking/draftKey";
import { isDraftName } from "../../src/documents/drafts/draftNames";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (content: Uint8Array): string => new TextDecoder().decode(content);

/** A draft on the disk, opened with its file's key alone. */
export interface OpenedDraft {
  readonly file: string;
  readonly text: string;
  readonly made: number;
}

/** The keys of a test's user. A test opens and writes files with them, as another program would. */
export class Vault {
  readonly passphrase = "correct horse";
  private readonly key: X25519Identity;
  private readonly identities: readonly Identity[];
  private readonly opened = new Map<string, Promise<unknown>>();
  private writes = 0;

  /** @param secret - an identity as text; a new one by default. */
  constructor(secret?: string) {
    this.key =
      secret === undefined ? X25519Identity.generate() : X25519Identity.parse(bytes(secret));
    const accept = (): Promise<boolean> => Promise.resolve(true);
    const answer = (): Promise<Uint8Array> => Promise.resolve(bytes(this.passphrase));
    this.identities = [this.key, remembering(new ScryptIdentity(answer, accept))];
  }

  get secret(): string {
    return textOf(this.key.encode());
  }

  get recipient(): string {
    return this.key.recipient.toString();
  }

  /** Writes a file as another program does: first beside it, then renamed over it. */
  async write(path: string, text: string, by: "key" | "passphrase"): Promise<void> {
    const recipient: Recipient =
      by === "key" ? this.key.recipient : new ScryptRecipient(bytes(this.passphrase), 2);
    const written = `${path}.other-${++this.writes}`;
    await writeFile(written, await collect(encrypt([bytes(text)], [recipient], "binary")));
    await rename(written, path);
  }

  /** Reads a file. @throws AgeError if it is not whole and authentic. */
  async read(path: string): Promise<string> {
    const content = await readFile(path);
    return this.once(content, async () =>
      textOf(await collect(decrypt([content], this.identities))),
    );
  }

  /** Opens the drafts of a path, the newest first. @throws if its file's key does not open one. */
  async drafts(folder: string, path: string): Promise<readonly OpenedDraft[]> {
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => isDraftName(name, path)).map((name) => join(folder, name));
    const drafts = await Promise.all(files.map((file) => this.openDraft(file)));
    return drafts.sort((a, b) => b.made - a.made);
  }

  /** Opens equal bytes only once. */
  private once<T>(content: Buffer, open: () => Promise<T>): Promise<T> {
    const key = content.toString("latin1");
    const opened = this.opened.get(key) ?? open();
    this.opened.set(key, opened);
    return opened as Promise<T>;
  }

  private async openDraft(file: string): Promise<OpenedDraft> {
    const content = await readFile(file);
    return this.once(content, () => this.openContent(file, new Uint8Array(content)));
  }

  private async openContent(file: string, content: Uint8Array): Promise<OpenedDraft> {
    const head = parseHead(content);
    if (head === null || head === "another version") throw new Error(`no draft: ${file}`);
    const { salt, header } = keyPartsOf(head.record);
    const { fileKey } = await unwrapFileKey(header, this.identities);
    const identity = draftIdentity(fileKey, salt);
    const opened = await collect(decrypt([content.subarray(head.end)], [identity]));
    const text = textOf(contentAfterFacts(opened, head.record));
    return { file, text, made: head.record.made };
  }
}

/** Makes an identity unwrap each file key only once, because a passphrase takes time. */
function remembering(identity: Identity): Identity {
  const known = new Map<string, Uint8Array | null>();
  return {
    unwrapFileKey: async (stanzas, signal) => {
      const key = JSON.stringify(stanzas.map(({ args, body }) => [args, [...body]]));
      const found = known.get(key) ?? (await identity.unwrapFileKey(stanzas, signal));
      known.set(key, found?.slice() ?? null);
      return found?.slice() ?? null;
    },
  };
}
