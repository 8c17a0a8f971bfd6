import type { ExtensionHost } from "./extensionHost";
import type { Stat } from "./textModel";
import type { Uri } from "./values";

/** A file system provider that an extension registers. */
export interface Provider {
  stat(uri: Uri): Promise<Stat>;
  readFile(uri: Uri): Promise<Uint8Array>;
  writeFile(uri: Uri, content: Uint8Array, options: object): Promise<void>;
  createDirectory(uri: Uri): unknown;
  watch(uri: Uri, options: object): { dispose: () => void };
}

/** The failure of a save over a version that VS Code has not heard of. */
export class ModifiedSince extends Error {
  override readonly message = "the content of the file is newer";
}

/**
 * Reads a file through its provider as VS Code's file service does.
 *
 * @param known - the facts that VS Code has: an unchanged file is not read again.
 * @returns null for an unchanged file.
 */
export async function readThrough(
  host: ExtensionHost,
  uri: Uri,
  known: Stat | null,
): Promise<{ readonly text: string; readonly stat: Stat } | null> {
  const provider = host.provider(uri.scheme);
  const stat = await host.call(() => provider.stat(uri));
  if (known !== null && etag(stat) === etag(known)) return null;
  // VS Code copies the content in the turn in which the read ends.
  const text = await host.call(async () => new TextDecoder().decode(await provider.readFile(uri)));
  return { text, stat };
}

/** Writes a file through its provider as VS Code's file service does. */
export async function writeThrough(
  host: ExtensionHost,
  uri: Uri,
  text: string,
  known: Stat | null,
): Promise<Stat> {
  const provider = host.provider(uri.scheme);
  const found = await host.call(() => provider.stat(uri)).catch(() => null);
  if (found !== null && known !== null && found.mtime > known.mtime) {
    const { mtime } = known;
    if (etag({ mtime, size: found.size }) !== etag(known)) throw new ModifiedSince();
  }
  const content = new TextEncoder().encode(text);
  const options = { create: true, overwrite: true, unlock: false, atomic: false };
  await host.call(() => provider.writeFile(uri, content, options));
  return host.call(() => provider.stat(uri));
}

function etag({ mtime, size }: Stat): string {
  return mtime.toString(29) + size.toString(31);
}
