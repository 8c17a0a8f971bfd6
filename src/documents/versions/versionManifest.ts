import { lastMoment } from "../disk/fileFacts";
import type { NamedRecipient } from "../memory/memory";
import { isCount, isDigest, isNamedList, isPath, objectIn } from "../memory/recordFields";

/** The kind of write that replaced a version. */
export type Cause = (typeof causes)[number];

const causes = [
  "save",
  "re-encryption",
  "encryption",
  "decryption",
  "new file",
  "copy",
  "restored version",
] as const;

/** The facts of a kept version, in a file beside it. None of them is secret. */
export interface VersionManifest {
  /** The real path of the file that it is a version of. */
  readonly path: string;
  /** The modification time of the version itself, in milliseconds since 1970. */
  readonly written: number;
  /** The time when it was replaced, in milliseconds since 1970. */
  readonly replaced: number;
  readonly replacedBy: Cause;
  /** The size, in bytes. */
  readonly size: number;
  /** The SHA-256 of its bytes, in hex. */
  readonly digest: string;
  /** The types of its header's stanzas: the kinds of keys that open it. */
  readonly stanzas: readonly string[];
  /** The recipients that Cage wrote it for; null for a passphrase, or if Cage did not write it. */
  readonly recipients: readonly NamedRecipient[] | null;
}

const about = "A version of an encrypted file, kept by Cage. It is an age file: age -d opens it.";

/** Encodes a manifest as JSON that people can read. */
export function encodeManifest(manifest: VersionManifest, file: string): Uint8Array {
  const { written, replaced, digest, ...rest } = manifest;
  const times = { written: timeText(written), replaced: timeText(replaced) };
  const shown = { about, version: 1, file, ...rest, sha256: digest, ...times };
  return new TextEncoder().encode(`${JSON.stringify(shown, null, 2)}\n`);
}

/** Parses a manifest; null for anything else. Anybody may have written it. */
export function parseManifest(bytes: Uint8Array): VersionManifest | null {
  const value = objectIn(bytes);
  if (value?.["version"] !== 1) return null;
  const { path, size, sha256: digest, stanzas, recipients } = value;
  const written = timeIn(value["written"]);
  const replaced = timeIn(value["replaced"]);
  const replacedBy = causes.find((cause) => cause === value["replacedBy"]);
  if (!isPath(path) || written === null || replaced === null || replacedBy === undefined) {
    return null;
  }
  if (!isCount(size) || !isDigest(digest)) return null;
  if (!isListOfTypes(stanzas) || (recipients !== null && !isNamedList(recipients))) return null;
  return { path, written, replaced, replacedBy, size, digest, stanzas, recipients };
}

/** The largest manifest, in bytes. It leaves room for 1024 recipients with their names. */
export const maxManifestSize = 1024 * 1024;

function isListOfTypes(value: unknown): value is readonly string[] {
  const isType = (one: unknown) => typeof one === "string" && /^[\x21-\x7e]{1,200}$/.test(one);
  return Array.isArray(value) && value.length <= 1024 && value.every(isType);
}

/** Formats a time. Some disks report times that no calendar has, which become 1970. */
function timeText(time: number): string {
  const isTime = Math.abs(time) <= lastMoment;
  return new Date(isTime ? time : 0).toISOString();
}

function timeIn(value: unknown): number | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) {
    return null;
  }
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : time;
}
