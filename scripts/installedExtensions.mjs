// Keeps extensions as a VS Code server installs them, so that each build is installed only once.
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { inProject } from "./project.mjs";
import { installExtension } from "./serverProcess.mjs";
import { makeFolderOnce } from "./setup/freshFolder.mjs";

const kept = inProject("dist-test", "installed");

/**
 * Puts packaged extensions into a new extensions folder. The server takes 1.1 s to install one, and
 * a test run needs a hundred; a copy takes 15 ms.
 *
 * @param {import("./setup/vscodeServer.mjs").InstalledServer} server
 * @param {readonly string[]} vsixes
 * @param {string} folder
 */
export async function copyInstalled(server, vsixes, folder) {
  if (vsixes.length === 0) return;
  const hash = createHash("sha256");
  for (const vsix of vsixes) hash.update(await readFile(vsix));
  const names = vsixes.map((vsix) => basename(vsix, ".vsix"));
  const prefix = `${[server.version, ...names].join("-")}-`;
  const name = `${prefix}${hash.digest("hex").slice(0, 16)}`;
  const installed = join(kept, name);
  await makeFolderOnce(installed, async (temporary) => {
    for (const vsix of vsixes) {
      const folders = { dataFolder: join(temporary, "data"), extensionsFolder: temporary };
      installExtension(server, { vsix, ...folders });
    }
    await rm(join(temporary, "data"), { recursive: true, force: true });
    for (const other of await readdir(kept)) {
      const isOlder = other.startsWith(prefix) && !other.startsWith(name);
      if (isOlder) await rm(join(kept, other), { recursive: true, force: true });
    }
  });
  await cp(installed, folder, { recursive: true });
}
