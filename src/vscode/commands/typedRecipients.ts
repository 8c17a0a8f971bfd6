import * as vscode from "vscode";
import type { NamedRecipient } from "../../documents/memory/memory";
import { parseRecipient, shorten } from "../../keys/recipient";
import { sentence } from "../wording/failureText";
import { quoted } from "../wording/foreignText";

/** Lets the user type recipients. @returns null if dismissed. */
export async function typeRecipients(title: string): Promise<readonly NamedRecipient[] | null> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: "Recipients (age1…), separated by spaces or commas.",
    ignoreFocusOut: true,
    validateInput: typedFault,
  });
  // Each once: one listed twice would look like two people.
  return text === undefined ? null : [...new Set(split(text))].map((one) => ({ text: one }));
}

/**
 * Says what is wrong with the typed text, and with which of several entries; null for nothing. The
 * message never shows anything that may be a secret key, or a part of one.
 */
export function typedFault(value: string): string | null {
  const typed = split(value);
  if (typed.length === 0) return "Type at least one recipient.";
  for (const [index, one] of typed.entries()) {
    try {
      parseRecipient(one);
    } catch (error) {
      const fault = error instanceof Error ? error.message : "this is not a recipient";
      if (typed.length === 1) return sentence(fault);
      const shown = mayBeShown(one, typed) ? ` (${quoted(shorten(one))})` : "";
      return `Entry ${index + 1}${shown}: ${fault}.`;
    }
  }
  return null;
}

/** Tells whether an entry can't be a secret key, or a part of one that a space has cut. */
function mayBeShown(entry: string, all: readonly string[]): boolean {
  if (all.some((one) => /age-|secret|-----/i.test(one))) return false;
  return /[a-z]/.test(entry) && (entry.startsWith("age1") || entry.length <= longestName);
}

/**
 * The length in characters above which an entry that is not a recipient may be a piece of a key in
 * another format.
 */
const longestName = 20;

function split(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}
