import { lineFeed, space, tabulator } from "../age/ascii";
import { AgeError } from "../age/errors";
import { hasErrno } from "../age/systemFailure";
import { Turns } from "../age/turns";
import type { X25519Identity } from "../age/x25519";
import { type IdentityPlace, isRequired } from "./identityPlaces";
import { refuseOtherAgeFiles } from "./encryptedIdentityFile";
import { type IdentityFile, parseIdentityFile, type UnsupportedIdentity } from "./identityFile";
import { maxKeyFileSize, splitLines, startsWithText } from "./keyFile";

/** The access to the machine that a search needs. */
export interface IdentitySources {
  /** Tells what lies at a path, or returns `null` if nothing does. Throws if it cannot tell. */
  stat(path: string): Promise<IdentityFileFacts | null>;
  /** Reads the whole file into a new buffer. The search wipes it after parsing. */
  readFile(path: string): Promise<Uint8Array>;
  /** Returns the value of an environment variable. */
  readVariable(name: string): string | undefined;
}

/** The facts that `IdentitySources.stat` returns. */
export interface IdentityFileFacts {
  /** True for a regular file, links followed: reading a named pipe might never end. */
  readonly isFile: boolean;
  /** The size in bytes. */
  readonly size: number;
  /** The POSIX mode, or `null` where there is none, as on Windows. */
  readonly mode: number | null;
}

/** An identity and the file, or the environment variable, that it came from. */
export interface FoundIdentity {
  readonly identity: X25519Identity;
  readonly path: string;
}

/** The result of a search. */
export interface IdentitySearch {
  /** The identities in the order of the places, each key once. The caller wipes them. */
  readonly found: readonly FoundIdentity[];
  /**
   * The files that a passphrase encrypts, still encrypted. They may be identity files.
   */
  readonly encrypted: readonly { readonly path: string; readonly content: Uint8Array }[];
  /** The identities that this version of Cage cannot use. */
  readonly unsupported: readonly (UnsupportedIdentity & { readonly path: string })[];
  /** An `unreadable-identity-file` or `invalid-identity` for each bad place. */
  readonly problems: readonly AgeError[];
  /** The files with identities in the clear that others on this machine can read or change. */
  readonly exposed: readonly { readonly path: string; readonly mode: number }[];
}

/**
 * Reads the identities at these places, in the order of `identityPlaces`. A bad place never takes
 * the good ones away: it becomes one of the `problems`. A missing file is a problem only at a place
 * that the user named.
 *
 * @param signal - ends the search, which then throws the signal's reason and keeps no identity.
 */
export async function readIdentities(
  places: readonly IdentityPlace[],
  sources: IdentitySources,
  signal?: AbortSignal,
): Promise<IdentitySearch> {
  const found = new Map<string, FoundIdentity>();
  const encrypted: { path: string; content: Uint8Array }[] = [];
  const unsupported: (UnsupportedIdentity & { path: string })[] = [];
  const problems: AgeError[] = [];
  const exposed: { path: string; mode: number }[] = [];

  const turns = new Turns(64);
  const begun = { ...sources, stat: statAtOnce(places, sources) };
  for (const place of places) {
    try {
      const contents = await readPlace(place, begun);
      if (contents === null) continue;
      const { path, bytes, mode } = contents;
      const file = await parseAndWipe(bytes, path, signal);
      if (file.kind === "encrypted") {
        await refuseOtherAgeFiles(bytes, path);
        encrypted.push({ path, content: bytes });
        continue;
      }
      for (const identity of file.identities) {
        const pause = turns.step();
        if (pause !== null) await pause;
        const recipient = identity.recipient.toString();
        if (found.has(recipient)) identity.wipe();
        else found.set(recipient, { identity, path });
      }
      unsupported.push(...file.unsupported.map((left) => ({ ...left, path })));
      if (mode !== null && isOpenToOthers(mode)) exposed.push({ path, mode });
    } catch (error) {
      if (!(error instanceof AgeError) || signal?.aborted === true) {
        for (const { identity } of found.values()) identity.wipe();
        throw error;
      }
      problems.push(error);
    }
  }
  return { found: [...found.values()], encrypted, unsupported, problems, exposed };
}

/** Asks about all files at the same time, which takes as long as to ask about one. */
function statAtOnce(
  places: readonly IdentityPlace[],
  sources: IdentitySources,
): IdentitySources["stat"] {
  const begun = new Map<string, ReturnType<IdentitySources["stat"]>>();
  for (const place of places) {
    if (place.kind === "file" && !begun.has(place.path))
      begun.set(place.path, sources.stat(place.path));
  }
  // A failure counts where the place is read.
  for (const facts of begun.values()) facts.catch(() => undefined);
  return (path) => begun.get(path) ?? sources.stat(path);
}

interface Contents {
  /** The path of the file, or the name of the variable. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number | null;
}

/** Reads the content of a place. Returns `null` if nothing lies there and nothing has to. */
async function readPlace(place: IdentityPlace, sources: IdentitySources): Promise<Contents | null> {
  switch (place.kind) {
    case "file":
      return readFile(place.path, isRequired(place), sources);
    case "variable": {
      const value = sources.readVariable(place.name);
      if (value === undefined) return null;
      const bytes = new TextEncoder().encode(value);
      if (place.name === sopsVariable) splitAtSpaces(bytes);
      return { path: place.name, bytes, mode: null };
    }
    case "misplaced":
      throw new AgeError(
        "invalid-identity",
        "an identity is in the settings, where the path of an identity file belongs",
      );
  }
}

async function readFile(
  path: string,
  required: boolean,
  sources: IdentitySources,
): Promise<Contents | null> {
  const found = required ? sources.stat(path) : sources.stat(path).catch(nullBelowFile);
  const stat = await reading(path, found);
  // Anything but a file at a usual place was not put there for Cage.
  if (!required && stat?.isFile !== true) return null;
  if (stat === null) throw unreadable(path, "does not exist");
  if (!stat.isFile) throw unreadable(path, "is not a file");
  if (stat.size > maxKeyFileSize) throw unreadable(path, "is larger than 16 MiB");
  const bytes = await reading(path, sources.readFile(path));
  return { path, bytes, mode: stat.mode };
}

/** Returns null for a path below a file, since nothing can lie there. Otherwise it throws. */
function nullBelowFile(error: unknown): null {
  if (hasErrno(error, "ENOTDIR")) return null;
  throw error;
}

/** Passes the result on. A failure becomes an AgeError with only the system's error code. */
async function reading<T>(path: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw unreadable(path, `cannot be read${code}`);
  }
}

function unreadable(path: string, why: string): AgeError {
  return new AgeError("unreadable-identity-file", `${path} ${why}`, { path });
}

/** Parses a file and wipes its bytes, which may hold keys. It keeps an encrypted file as it is. */
async function parseAndWipe(
  bytes: Uint8Array,
  path: string,
  signal: AbortSignal | undefined,
): Promise<IdentityFile> {
  let isEncrypted = false;
  try {
    const file = await parseIdentityFile(bytes, path, signal);
    isEncrypted = file.kind === "encrypted";
    return file;
  } finally {
    if (!isEncrypted) bytes.fill(0);
  }
}

/** Tells whether others can read or write a file. Writers could make the user encrypt to them. */
function isOpenToOthers(mode: number): boolean {
  return (mode & 0o066) !== 0;
}

/** The variable that SOPS splits at white space since 3.13. Its files have one key a line. */
const sopsVariable = "SOPS_AGE_KEY";

/** Puts each word on a line of its own, except in comments. */
function splitAtSpaces(text: Uint8Array): void {
  for (const { bytes } of splitLines(text)) {
    if (startsWithText(bytes, "#")) continue;
    for (const [index, byte] of bytes.entries()) {
      if (byte === space || byte === tabulator) bytes[index] = lineFeed;
    }
  }
}
