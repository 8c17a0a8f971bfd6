import { silentDocuments } from "./silentDocuments";
// One of the processes that race in test/documents/racing.test.ts: a window of Cage, or another
// program. It does what a message orders, after so many milliseconds, and reports the outcome.
import { rename, writeFile } from "node:fs/promises";
import { setTimeout as after } from "node:timers/promises";
import { randomBytes } from "../../src/age/primitives";
import { X25519Identity } from "../../src/age/x25519";
import type { Documents } from "../../src/documents/documents";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { storeIdentity } from "../../src/documents/files/storeIdentity";
import { localDisk } from "../../src/documents/disk/localDisk";
import { type FileContext, unfinishedStore } from "../../src/documents/files/unfinishedStore";
import { machineProcesses } from "../../src/documents/disk/processes";
import type { Prompts } from "../../src/documents/questions/prompts";
import type { WriteNotice } from "../../src/documents/disk/writePrompts";
import { identityFileText } from "../../src/keys/identityFileText";
import { Keyring } from "../../src/keys/keyring";
import { plainStrategy } from "./plainStrategy";

/** An order for a process. */
export type Order =
  | { readonly kind: "open"; readonly paths: readonly string[] }
  | {
      readonly kind: "save";
      readonly paths: readonly string[];
      readonly texts: readonly string[];
      readonly delays: readonly number[];
    }
  | { readonly kind: "add identity"; readonly path: string; readonly delay: number }
  | {
      readonly kind: "encrypt";
      readonly source: string;
      readonly target: string;
      readonly delay: number;
    }
  | {
      readonly kind: "another program";
      readonly path: string;
      readonly content: string;
      readonly delay: number;
    };

/** The outcome of an order. */
export interface Outcome {
  /** The end for each path: "written", "untouched", "stored", …, or the code of the failure. */
  readonly ends: readonly string[];
  /** The number of questions to the user. */
  readonly asked: number;
  readonly notices: readonly WriteNotice[];
}

const [identity = "", records = ""] = process.argv.slice(2);
const alice = X25519Identity.parse(new TextEncoder().encode(identity));
let asked = 0;
let notices: WriteNotice[] = [];

const refuse = (): never => {
  throw new Error("nothing else is to be asked");
};
const prompts: Prompts = {
  ...{ passphrase: refuse, acceptWork: refuse, confirmRecipients: refuse, warnExposed: refuse },
  ...{ manyNames: refuse, mountedAlone: refuse, acceptExposure: refuse },
  changedOnDisk: () => {
    asked++;
    return Promise.resolve("cancel");
  },
  tellWritten: (notice) => notices.push(notice),
};
const memory = { get: () => undefined, set: () => Promise.resolve() };
const context: FileContext = {
  disk: localDisk,
  ...{ memory, bases: memory, random: randomBytes, strategyFor: () => plainStrategy() },
  keys: {
    keyring: new Keyring({ now: Date.now, monotonic: () => 0, setTimer: () => () => undefined }, 0),
    findIdentities: () =>
      Promise.resolve({
        found: [{ identity: X25519Identity.parse(alice.encode()), path: "" }],
        ...{ encrypted: [], unsupported: [], problems: [], exposed: [] },
      }),
    prompts,
  },
  sources: { disk: localDisk, memory, workspaceFolder: () => null, rule: () => null },
  unfinished: unfinishedStore(records, machineProcesses()),
  versions: { keeper: () => null },
};
let documents: Documents;

function endOf(work: Promise<string>): Promise<string> {
  return work.catch((error: unknown) => {
    const { code, message } = error as { code?: string; message: string };
    return code ?? message;
  });
}

async function follow(order: Order): Promise<readonly string[]> {
  switch (order.kind) {
    case "open":
      documents = silentDocuments(context);
      for (const path of order.paths) await documents.read(path, "ask");
      return [];
    case "save": {
      const saves = order.paths.map(async (path, index) => {
        await after(order.delays[index]);
        const text = new TextEncoder().encode(order.texts[index]);
        return (await documents.write(path, text, "when changed")).kind;
      });
      return Promise.all(saves.map(endOf));
    }
    case "add identity": {
      await after(order.delay);
      const text = identityFileText(X25519Identity.generate(), new Date());
      const stored = storeIdentity(order.path, text, "append", localDisk, randomBytes, prompts);
      return [await endOf(stored.then(() => "stored"))];
    }
    case "encrypt": {
      await after(order.delay);
      const { source, target } = order;
      const recipients = [alice.recipient];
      const existing = { replace: (await localDisk.facts(target))?.version ?? "" };
      const encryption = {
        ...({ source, target, existing, recipients, named: null } as const),
        ...({ format: "binary", identities: [], readBack: "no", original: "keep" } as const),
      };
      const done = encryptFile(encryption, context, () => undefined);
      return [await endOf(done.then(() => "encrypted"))];
    }
    case "another program":
      await writeFile(`${order.path}.tmp`, Buffer.from(order.content, "base64"));
      await after(order.delay);
      await rename(`${order.path}.tmp`, order.path);
      return ["renamed"];
  }
}

process.on("message", (order: Order) => {
  asked = 0;
  notices = [];
  void follow(order).then((ends) => {
    const outcome: Outcome = { ends, asked, notices };
    process.send?.(outcome);
  });
});
