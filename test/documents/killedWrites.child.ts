// The process that test/documents/killedWrites.test.ts kills. It writes "target" in one way and
// dies before the n-th call to the disk. It prints the calls that it has begun. For
// test/documents/killedVersions.test.ts it also keeps the version that it replaces.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "../../src/age/primitives";
import { X25519Identity } from "../../src/age/x25519";
import { copyEncrypted } from "../../src/documents/files/copyEncrypted";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { storeIdentity } from "../../src/documents/files/storeIdentity";
import { localDisk } from "../../src/documents/disk/localDisk";
import { type FileContext, unfinishedStore } from "../../src/documents/files/unfinishedStore";
import { machineProcesses } from "../../src/documents/disk/processes";
import type { Prompts } from "../../src/documents/questions/prompts";
import { VersionStore } from "../../src/documents/versions/versionStore";
import { Keyring } from "../../src/keys/keyring";
import { observedDisk } from "./observedDisk";
import { plainStrategy } from "./plainStrategy";

const [what = "", folder = "", key = "", added = "", at = "", kept = ""] = process.argv.slice(2);
const alice = X25519Identity.parse(new TextEncoder().encode(key));
let count = 0;
const disk = observedDisk(localDisk, {
  before: ({ name, path }) => {
    if (!path.startsWith(folder)) return;
    writeSync(1, `${name}\n`);
    if (++count === Number(at)) process.kill(process.pid, "SIGKILL");
  },
});

const refuse = (): never => {
  throw new Error("nothing is to be asked");
};
const prompts: Prompts = {
  ...{ passphrase: refuse, acceptWork: refuse, confirmRecipients: refuse, warnExposed: refuse },
  ...{ manyNames: refuse, mountedAlone: refuse, acceptExposure: refuse, changedOnDisk: refuse },
  tellWritten: refuse,
};
const store = new VersionStore({
  ...{ disk, random: randomBytes, now: () => 0, writtenFor: () => null, tellNotKept: refuse },
  rules: () => ({
    ...{ folder: kept, maxBytes: 1e9 },
    retention: kept === "" ? { kind: "none" } : { kind: "keep_last", count: 1 },
  }),
});
const memory = { get: () => undefined, set: () => Promise.resolve() };
const context: FileContext = {
  ...{ disk, memory, bases: memory, random: randomBytes, strategyFor: () => plainStrategy() },
  keys: {
    keyring: new Keyring({ now: () => 0, monotonic: () => 0, setTimer: () => () => undefined }, 0),
    findIdentities: () =>
      Promise.resolve({
        found: [{ identity: X25519Identity.parse(alice.encode()), path: "" }],
        ...{ encrypted: [], unsupported: [], problems: [], exposed: [] },
      }),
    prompts,
  },
  sources: { disk, memory, workspaceFolder: () => null, rule: () => null },
  unfinished: unfinishedStore(join(folder, "..", "records"), machineProcesses()),
  versions: store,
};

async function write(): Promise<unknown> {
  const target = join(folder, "target");
  const silent = (): void => undefined;
  const text = new TextEncoder().encode(added);
  const source = join(folder, what.startsWith("Encrypt") ? "new" : "new.age");
  const existing = { replace: (await localDisk.facts(target))?.version ?? "" };
  switch (what) {
    case "an identity that is added":
      return storeIdentity(target, text, "append", disk, randomBytes, prompts);
    case "a copy onto a file":
      return copyEncrypted(source, target, existing, disk, randomBytes, prompts, null);
    case "Decrypt File… onto a file":
      return decryptFile({ source, target, existing }, context, silent);
    default: {
      const files = { source, target, existing, named: null } as const;
      const rest = { identities: [], readBack: "no", original: "keep", format: "binary" } as const;
      return encryptFile({ ...files, ...rest, recipients: [alice.recipient] }, context, silent);
    }
  }
}

void write();
