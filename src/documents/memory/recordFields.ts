import { isAbsolute, normalize } from "node:path";
import type { NamedRecipient } from "./memory";

/** Parses a record's JSON. @returns null for anything but an object. */
export function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value as Readonly<Record<string, unknown>> | null) : null;
  } catch {
    return null;
  }
}

/** Tells whether a field is an absolute, normalized path, as records name files. */
export function isPath(value: unknown): value is string {
  if (typeof value !== "string" || !isAbsolute(value) || value.includes("\0")) return false;
  return normalize(value) === value;
}

/** Tells whether a field is a non-negative integer. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Tells whether a field is a SHA-256 in hex. */
export function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** Tells whether a field is a text of at most `longest` characters. */
export function isShort(value: unknown, longest = 100): value is string {
  return typeof value === "string" && value.length <= longest;
}

/** Tells whether a field is a list of recipients with harmless names. */
export function isNamedList(value: unknown): value is readonly NamedRecipient[] {
  return Array.isArray(value) && value.length > 0 && value.every(isNamed);
}

function isNamed(value: unknown): value is NamedRecipient {
  if (typeof value !== "object" || value === null || !("text" in value)) return false;
  const isRecipient = typeof value.text === "string" && /^age1[0-9a-z]+$/.test(value.text);
  return isRecipient && (!("name" in value) || isName(value.name));
}

function isName(value: unknown): value is string {
  return typeof value === "string" && !/\p{Cc}/u.test(value);
}
