import { join } from "node:path";
import { expect, inject, onTestFinished } from "vitest";
import type { AgeErrorCode } from "../../src/age/errors";
import { draftCipher } from "../../src/documents/drafts/draftCipher";
import { Drafts, type DraftContext } from "../../src/documents/drafts/drafts";
import { openDocument, type OpenDocument } from "../../src/documents/openDocument";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import { processNumber, type Desk } from "./kit";

/** The home of the tests' window: process 1 of a machine. */
export const home = "host boot pid:[1]";

/** Returns all that drafts need, in a folder inside a desk's own. */
export function draftContext(at: Desk, changes: Partial<DraftContext> = {}): DraftContext {
  const strategy = nativeStrategy({
    now: () => performance.now(),
    workerFile: inject("workerFile"),
    bufferSize: () => 65_536,
  });
  onTestFinished(() => strategy.dispose());
  const { disk, random, keys } = at.context;
  return {
    ...draftCipher(strategy),
    ...{ disk, random, keys, home, now: () => at.clock.time, processes: processNumber(1) },
    ...{ folder: join(at.folder, "storage", "drafts"), session: "session 1", ...changes },
  };
}

/** Returns the drafts of one window. */
export function draftsOf(at: Desk, changes: Partial<DraftContext> = {}): Drafts {
  return new Drafts(draftContext(at, changes));
}

/** Opens a file as an editor does. */
export async function opened(at: Desk, path: string): Promise<OpenDocument> {
  const { document, plaintext } = await openDocument(path, "ask", at.context);
  plaintext.fill(0);
  return document;
}

/** Matches an AgeError by its code. */
export function refusal(code: AgeErrorCode): unknown {
  return expect.objectContaining({ name: "AgeError", code });
}
