import { basename } from "node:path";
import {
  isSoundVersion,
  type KeptVersion,
  type SoundVersion,
} from "../../documents/versions/keptVersions";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { FateOfVersion } from "../../documents/versions/versionStore";
import { quoted, quotedRecipient, wholeRecipient } from "./foreignText";
import { bytesText } from "./progressText";

/** Writes a moment in this machine's time zone: "2026-11-28 17:20:03". */
export function momentText(time: number): string {
  const date = new Date(time);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** Counts the kinds of keys that open a file: "X25519", "2 X25519, 1 ssh-ed25519". */
export function kindsText(stanzas: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of stanzas) counts.set(type, (counts.get(type) ?? 0) + 1);
  if (stanzas.length === 1) return kindText(stanzas[0] ?? "");
  return [...counts].map(([type, count]) => `${count} ${kindText(type)}`).join(", ");
}

function kindText(type: string): string {
  return type === "scrypt" ? "a passphrase" : quoted(type);
}

/** A line in a list of versions. */
export interface VersionRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/**
 * Describes a version in a list.
 *
 * @param present - the digest of the file as it is now; null if it is not known.
 */
export function versionRow(version: KeptVersion, present: string | null): VersionRow {
  if (!isSoundVersion(version)) {
    return {
      label: `$(warning) Version ${version.number}`,
      description: `${bytesText(version.size)}; can't be restored`,
      detail: `${version.fault ?? ""}.`,
    };
  }
  const { written, replaced, replacedBy, size, stanzas, digest } = version.manifest;
  const isPresent = digest === present;
  return {
    label: `${isPresent ? "$(check)" : "$(history)"} ${momentText(written)}`,
    description: [bytesText(size), kindsText(stanzas), ...(isPresent ? ["as it is now"] : [])].join(
      " · ",
    ),
    detail: `replaced ${momentText(replaced)} by ${causeTexts[replacedBy]}`,
  };
}

const causeTexts = {
  save: "a save",
  "re-encryption": "Re-encrypt",
  encryption: "Encrypt File… or Encrypt Folder…",
  decryption: "Decrypt File… or Decrypt Folder…",
  "new file": "New Encrypted File…",
  copy: "a copy",
  "restored version": "a restored version",
} as const;

/** The readers of a version: the types of its stanzas, and the names if Cage remembers them. */
export interface VersionReaders {
  readonly stanzas: readonly string[];
  readonly recipients: readonly NamedRecipient[] | null;
}

/** The facts in the question before a restoration. */
export interface RestoreQuestion {
  readonly path: string;
  readonly version: SoundVersion;
  /** The readers of the present version; null if there is none, or its header does not tell. */
  readonly present: VersionReaders | null;
  /** The fate of the present version; null if the file is gone. */
  readonly fateOfPresent: FateOfVersion | null;
}

/** Words the question before a restoration. */
export function restoreQuestion(question: RestoreQuestion): { message: string; detail: string } {
  const { path, version, fateOfPresent } = question;
  const name = quoted(basename(path));
  const lines = [
    `${quoted(path)} gets the bytes that it had then.`,
    fateText(fateOfPresent),
    readersText(version.manifest, question.present),
  ];
  return {
    message: `Restore ${name} as it was on ${momentText(version.manifest.written)}?`,
    detail: lines.filter((line) => line !== "").join("\n\n"),
  };
}

function fateText(fate: RestoreQuestion["fateOfPresent"]): string {
  switch (fate) {
    case null:
      return "The file is gone. It is made again, readable only by you.";
    case "kept":
      return "The current version is kept first, as a version of its own.";
    case "too large":
      return "The current version is NOT kept: it is larger than cage.backup.maxMegabytes. It is lost.";
    case "not an age file":
      return "The current version is NOT kept: it is not an age file. It is lost.";
    case "unreadable":
      return "The current version is NOT kept: it could not be read. It is lost.";
    case "wrong folder":
      return "The current version is NOT kept: cage.backup.folder is not an absolute path, or the file is in it. It is lost.";
    case "not kept":
      return "The current version is NOT kept, since cage.backup.retention is none. It is lost.";
  }
}

/**
 * Says who can open the old version; "" if it is known to have the same readers as the present one.
 */
function readersText(version: VersionReaders, present: VersionReaders | null): string {
  const { stanzas, recipients } = version;
  const whom = recipients === null ? kindsText(stanzas) : listed(recipients, wholeRecipient);
  if (present === null) return `That version is for ${whom}.`;
  if (recipients !== null && present.recipients !== null) {
    const now = new Set(present.recipients.map(({ text }) => text));
    const then = new Set(recipients.map(({ text }) => text));
    const added = recipients.filter(({ text }) => !now.has(text));
    const missing = present.recipients.filter(({ text }) => !then.has(text));
    const said = [
      ...(added.length === 0
        ? []
        : [
            `It can be opened by ${listed(added, wholeRecipient)}, who can't open the current version.`,
          ]),
      ...(missing.length === 0
        ? []
        : [
            `It can't be opened by ${listed(missing, quotedRecipient)}, who can open the current version.`,
          ]),
    ];
    return said.join(" ");
  }
  if (sorted(stanzas) !== sorted(present.stanzas)) {
    return `That version is for ${whom}; the current one is for ${kindsText(present.stanzas)}. The next save asks whom to encrypt to, if they differ.`;
  }
  const hasPassphrase = stanzas.every((type) => type === "scrypt");
  if (hasPassphrase) return "It opens with the passphrase that it had then.";
  return `That version is for ${whom}. Somebody who has been removed since may be among them: an age file does not say.`;
}

/** Lists recipients: those who may gain access by the whole key, others by its ends. */
function listed(
  recipients: readonly NamedRecipient[],
  textOf: (recipient: NamedRecipient) => string,
): string {
  return recipients.map(textOf).join(", ");
}

function sorted(types: readonly string[]): string {
  return [...types].sort().join(" ");
}
