import { join } from "node:path";
import { newHeader } from "../src/age/age";
import type { Engine } from "../src/age/engines/engine";
import { forceEngine } from "../src/age/engines/engineChoice";
import { randomBytes } from "../src/age/primitives";
import { X25519Identity } from "../src/age/x25519";
import { draftCipher } from "../src/documents/drafts/draftCipher";
import { deriveDraftKey } from "../src/documents/unlocking/draftKey";
import { Drafts } from "../src/documents/drafts/drafts";
import { localDisk } from "../src/documents/disk/localDisk";
import { machineHome, machineProcesses } from "../src/documents/disk/processes";
import { usualBuffer } from "../src/strategies/bufferSize";
import { nativeStrategy } from "../src/strategies/native/nativeStrategy";
import { keysOf } from "./keysOf";

/** The drafts of one document, made and opened as the extension does. */
export interface DraftBench {
  readonly make: (content: Uint8Array) => Promise<void>;
  /** Finds the draft and opens it. */
  readonly open: () => Promise<Uint8Array>;
  readonly end: () => Promise<void>;
}

/** Prepares drafts in a folder. */
export async function draftBench(
  folder: string,
  engine: Engine,
  workerFile: string,
): Promise<DraftBench> {
  const now = (): number => performance.now();
  const native = nativeStrategy({ now, workerFile, bufferSize: () => usualBuffer });
  const processes = machineProcesses();
  const identity = X25519Identity.generate();
  const drafts = new Drafts({
    ...draftCipher(native),
    ...{ disk: localDisk, random: randomBytes, now: Date.now, keys: keysOf(identity) },
    ...{ folder: join(folder, "drafts"), session: "bench" },
    ...{ processes, home: machineHome(processes) },
  });
  const path = join(folder, "document.age");
  const { header, fileKey } = await newHeader([identity.recipient]);
  const key = deriveDraftKey(fileKey, header, randomBytes);
  fileKey.fill(0);
  return {
    make: (content) => {
      forceEngine(engine);
      return drafts.make(path, "0".repeat(64), key, content);
    },
    open: async () => {
      forceEngine(engine);
      const [draft] = await drafts.find(path);
      if (draft === undefined) throw new Error("there is no draft");
      return drafts.open(draft, "never");
    },
    end: async () => {
      await drafts.discardOwn(path);
      await native.dispose();
    },
  };
}
