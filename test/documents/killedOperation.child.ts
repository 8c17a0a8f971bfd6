// The process that test/documents/killedOperation.test.ts kills. It encrypts or decrypts a file
// once. It dies before or after the n-th call to the disk, or when so many bytes are done.
import { statSync, writeSync } from "node:fs";
import { randomBytes } from "../../src/age/primitives";
import { X25519Identity } from "../../src/age/x25519";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { localDisk } from "../../src/documents/disk/localDisk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { type FileContext, unfinishedStore } from "../../src/documents/files/unfinishedStore";
import { Keyring } from "../../src/keys/keyring";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import { observedDisk, type Effect } from "./observedDisk";

/** The orders of the process. */
export interface Orders {
  readonly operation: "encrypt" | "decrypt";
  readonly source: string;
  readonly target: string;
  readonly folder: string;
  readonly identity: string;
  readonly workerFile: string;
  readonly death:
    { readonly moment: "before" | "after"; readonly step: number } | { readonly bytes: number };
}

const orders = JSON.parse(process.argv[2] ?? "") as Orders;
const { operation, source, target, folder, workerFile, death } = orders;
const identity = X25519Identity.parse(new TextEncoder().encode(orders.identity));

let count = 0;

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

function step({ name, path }: Effect): void {
  count++;
  writeSync(1, `${name}${path.includes(".cage-partial") ? " partial" : ""}\n`);
  // On a busy machine everything may be written before the first look at the length.
  if ("bytes" in death && name === "flush") die();
  if ("step" in death && death.moment === "before" && count === death.step) die();
}

function done({ name, path }: Effect): void {
  if (name === "createPartial" && "bytes" in death) watch(path, death.bytes);
  if ("step" in death && death.moment === "after" && count === death.step) die();
}

/** Looks at the length of the partial file whenever the event loop has nothing else to do. */
function watch(partial: string, bytes: number): void {
  if (statSync(partial).size >= bytes) die();
  else setImmediate(watch, partial, bytes);
}

const silent = (): void => undefined;

const refuse = (): never => {
  throw new Error("nothing is to be asked");
};

async function run(): Promise<void> {
  const disk = observedDisk(localDisk, { before: step, after: done });
  const memory = { get: () => undefined, set: () => Promise.resolve() };
  const clock = { now: () => 0, monotonic: () => 0, setTimer: () => () => undefined };
  const nothing = { encrypted: [], unsupported: [], problems: [], exposed: [] };
  const strategy = nativeStrategy({
    ...{ now: () => performance.now(), workerFile, bufferSize: () => 65_536 },
  });
  const context: FileContext = {
    ...{ disk, memory, bases: memory, strategyFor: () => strategy, random: randomBytes },
    keys: {
      keyring: new Keyring(clock, 0),
      findIdentities: () => Promise.resolve({ found: [{ identity, path: "" }], ...nothing }),
      prompts: {
        ...{ passphrase: refuse, acceptWork: refuse, changedOnDisk: refuse },
        ...{ confirmRecipients: refuse, warnExposed: refuse, manyNames: refuse },
        ...{ mountedAlone: refuse, acceptExposure: refuse, tellWritten: refuse },
      },
    },
    sources: { disk, memory, workspaceFolder: () => null, rule: () => null },
    unfinished: unfinishedStore(folder, { pid: process.pid, start: "", isAlive: () => false }),
    versions: { keeper: () => null },
  };
  const files = { source, target, existing: "keep" } as const;
  if (operation === "decrypt") await decryptFile(files, context, silent);
  else {
    const named = [{ text: identity.recipient.toString() }];
    await encryptFile(
      {
        ...files,
        ...({ recipients: [identity.recipient], named, format: "binary", identities: [] } as const),
        ...({ readBack: "no", original: "keep" } as const),
      },
      ...([context, silent] as const),
    );
  }
  await strategy.dispose();
}

void run();
