// Programs from Debian or Ubuntu, by apt.
import { findProgram, run } from "../childProcess.mjs";

/**
 * Installs packages where that is possible: as root, where there is apt.
 *
 * @param {readonly string[]} names
 * @returns {Promise<boolean>} whether apt was run
 */
export async function installDebianPackages(names) {
  if (findProgram("apt-get") === null || process.getuid?.() !== 0) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = ["-q", "-o", "DPkg::Lock::Timeout=300"];
  await run("apt-get", [...apt, "update"], { env });
  await run("apt-get", [...apt, "install", "-y", "--no-install-recommends", ...names], { env });
  return true;
}

/**
 * Tells how a person gets the packages where this script may not install them.
 *
 * @param {readonly string[]} names
 */
export function aptAdvice(names) {
  return findProgram("apt-get") === null
    ? `install ${names.join(", ")} with your system's package manager`
    : `sudo apt-get install ${names.join(" ")}`;
}
