// The process that test/documents/killedDraft.test.ts kills. It makes a draft and dies before the
// n-th call to the disk. It prints the calls that it has begun.
import { readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { readAgeFile, unwrapFileKey } from "../../src/age/age";
import { randomBytes, sha256Hex } from "../../src/age/primitives";
import { X25519Identity } from "../../src/age/x25519";
import { draftCipher } from "../../src/documents/drafts/draftCipher";
import { deriveDraftKey } from "../../src/documents/unlocking/draftKey";
import { Drafts } from "../../src/documents/drafts/drafts";
import { localDisk } from "../../src/documents/disk/localDisk";
import { machineHome, machineProcesses } from "../../src/documents/disk/processes";
import { nativeStrategy } from "../../src/strategies/native/nativeStrategy";
import { observedDisk } from "./observedDisk";

const [path = "", key = "", content = "", at = ""] = process.argv.slice(2);
let count = 0;
const disk = observedDisk(localDisk, {
  before: ({ name }) => {
    writeSync(1, `${name}\n`);
    if (++count === Number(at)) process.kill(process.pid, "SIGKILL");
  },
});
const refuse = (): never => {
  throw new Error("nothing is to be unlocked");
};
const native = nativeStrategy({ now: () => 0, workerFile: "none", bufferSize: () => 65_536 });
const processes = machineProcesses();
const drafts = new Drafts({
  ...draftCipher(native),
  ...{ disk, random: randomBytes, now: Date.now, processes, home: machineHome(processes) },
  ...{ folder: join(dirname(path), "drafts"), session: "killed" },
  keys: {
    get keyring() {
      return refuse();
    },
    get findIdentities() {
      return refuse();
    },
    get prompts() {
      return refuse();
    },
  },
});

async function make(): Promise<void> {
  const file = readFileSync(path);
  const { header } = await readAgeFile([file]);
  const alice = X25519Identity.parse(new TextEncoder().encode(key));
  const { fileKey } = await unwrapFileKey(header, [alice]);
  const draftKey = deriveDraftKey(fileKey, header, randomBytes);
  await drafts.make(path, sha256Hex(file), draftKey, new TextEncoder().encode(content));
}

void make();
