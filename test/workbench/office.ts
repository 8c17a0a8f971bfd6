import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Clock } from "./clock";
import type { BundledExtension } from "./bundledExtension";
import type { Sheet } from "./hand";
import { Machine } from "./hostProcess";
import { Account, Ledger } from "./ledger";
import { Uri } from "./values";
import { Vault } from "./vault";
import type { WorkbenchOptions } from "./workbenchOptions";

/** A machine with encrypted files, and the test's records of them. */
export interface Office {
  readonly clock: Clock;
  readonly vault: Vault;
  readonly sheets: readonly Sheet[];
  /** The extension's storage. */
  readonly storage: string;
  readonly options: Omit<WorkbenchOptions, "user">;
}

/** Makes three files for a key and one for a passphrase. @param scheme - the documents' scheme. */
export async function makeOffice(
  bundle: BundledExtension,
  folder: string,
  scheme: string,
): Promise<Office> {
  const [home, storage, files] = ["home", "storage", "files"].map((name) => join(folder, name));
  if (home === undefined || storage === undefined || files === undefined) throw new Error();
  for (const one of [home, storage, files]) await mkdir(one);
  const vault = new Vault();
  await writeFile(join(home, "key.txt"), vault.secret, { mode: 0o600 });
  const clock = new Clock(Date.now());
  const ledger = new Ledger(() => clock.now);
  const names = ["a.txt", "b.yaml", "c.md", "p.txt"];
  const sheets: Sheet[] = [];
  for (const name of names) {
    const by = name === "p.txt" ? "passphrase" : "key";
    const path = join(files, `${name}.age`);
    await vault.write(path, `first of ${name}`, by);
    const uri = Uri.from({ scheme, path: `${path}/${name}` }).toString();
    const account = new Account(uri, path, by, `first of ${name}`);
    ledger.add(account);
    sheets.push({ account });
  }
  const settings = {
    ...{ "cage.identities": [join(home, "key.txt")], "cage.engine": "openssl" },
    ...{ "cage.lock.afterMinutes": 0, "cage.files": ["*.age"] },
    "cage.recipients": { "[abc].*.age": [vault.recipient] },
  };
  const machine = new Machine(clock, home);
  const options = { machine, bundle, storage, settings, watcher: ledger };
  return { clock, vault, sheets, storage, options };
}
