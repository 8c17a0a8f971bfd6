// The process that test/documents/killedSave.test.ts kills. It saves a file once and dies before or
// after the n-th call to the disk. It prints the steps that it has begun.
import { writeSync } from "node:fs";
import { randomBytes } from "../../src/age/primitives";
import { X25519Identity } from "../../src/age/x25519";
import { localDisk } from "../../src/documents/disk/localDisk";
import { openDocument } from "../../src/documents/openDocument";
import { type FileContext, unfinishedStore } from "../../src/documents/files/unfinishedStore";
import { saveDocument } from "../../src/documents/saveDocument";
import { Keyring } from "../../src/keys/keyring";
import { observedDisk, type Effect } from "./observedDisk";
import { plainStrategy } from "./plainStrategy";

const [path = "", identity = "", line = "", moment = "", at = ""] = process.argv.slice(2);
const text = line.repeat(9000);

let isArmed = false;
let count = 0;

function step({ name }: Effect): void {
  if (!isArmed) return;
  count++;
  writeSync(1, `${name}\n`);
  if (moment === "before" && count === Number(at)) process.kill(process.pid, "SIGKILL");
}

function done(): void {
  if (isArmed && moment === "after" && count === Number(at)) process.kill(process.pid, "SIGKILL");
}

const refuse = (): never => {
  throw new Error("nothing is to be asked");
};

async function save(): Promise<void> {
  const disk = observedDisk(localDisk, { before: step, after: done });
  const memory = { get: () => undefined, set: () => Promise.resolve() };
  const clock = { now: () => 0, monotonic: () => 0, setTimer: () => () => undefined };
  const context: FileContext = {
    disk,
    memory,
    bases: memory,
    keys: {
      keyring: new Keyring(clock, 0),
      findIdentities: () =>
        Promise.resolve({
          found: [{ identity: X25519Identity.parse(new TextEncoder().encode(identity)), path: "" }],
          encrypted: [],
          unsupported: [],
          problems: [],
          exposed: [],
        }),
      prompts: {
        passphrase: refuse,
        acceptWork: refuse,
        changedOnDisk: refuse,
        confirmRecipients: refuse,
        warnExposed: refuse,
        manyNames: refuse,
        mountedAlone: refuse,
        acceptExposure: refuse,
        tellWritten: refuse,
      },
    },
    strategyFor: () => plainStrategy(),
    sources: { disk, memory, workspaceFolder: () => null, rule: () => null },
    random: randomBytes,
    unfinished: unfinishedStore("/nowhere", { pid: 1, start: "", isAlive: () => false }),
    versions: { keeper: () => null },
  };
  const { document } = await openDocument(path, "never", context);
  isArmed = true;
  await saveDocument(path, new TextEncoder().encode(text), document, "when changed", context);
}

void save();
