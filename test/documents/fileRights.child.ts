// Replaces a file as a user who is not its owner, for test/documents/disk/fileRights.test.ts.
import { randomBytes } from "../../src/age/primitives";
import { localDisk } from "../../src/documents/disk/localDisk";
import type { WritePrompts } from "../../src/documents/disk/writePrompts";
import { versionOfFacts } from "../../src/documents/disk/replacedVersion";
import { replaceFile } from "../../src/documents/disk/replaceFile";

const [path = ""] = process.argv.slice(2);

const refuse = (): never => {
  throw new Error("nothing is to be asked");
};
const prompts: WritePrompts = {
  ...{ manyNames: refuse, mountedAlone: refuse, acceptExposure: refuse, tellWritten: refuse },
};

async function replace(): Promise<void> {
  await replaceFile(localDisk, path, {
    ...({ content: [new TextEncoder().encode("new")], kind: "ciphertext" } as const),
    replaces: versionOfFacts((await localDisk.facts(path))?.version ?? ""),
    ...{ rightsOf: null, atMost: 0o7777, random: randomBytes, prompts, keeper: null },
    verify: () => Promise.resolve(),
    confirmUnchanged: () => Promise.resolve(),
  });
}

void replace();
