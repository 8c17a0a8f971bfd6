import { find, put, type Memory } from "./memory";

const key = "cage.bases";

/**
 * Returns the digest of the ciphertext that this window's editor text was made from; null if there
 * is none. It survives a reload of the window, when VS Code restores unsaved text without reading
 * the file.
 */
export function rememberedBase(bases: Memory, path: string): string | null {
  const base = find(bases, key, path);
  return typeof base === "string" ? base : null;
}

/** Remembers that digest. */
export async function rememberBase(bases: Memory, path: string, digest: string): Promise<void> {
  if (rememberedBase(bases, path) !== digest) await put(bases, key, path, digest);
}
