// Installs programs from Debian or Ubuntu by apt.
import { findProgram, run } from "../childProcess.mjs";

/**
 * Installs packages if that is possible: as root, on a system with apt.
 *
 * @param {readonly string[]} names
 * @returns {Promise<boolean>} true if apt was run
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
 * Tells a person how to install the packages if this script may not.
 *
 * @param {readonly string[]} names
 */
export function aptAdvice(names) {
  return findProgram("apt-get") === null
    ? `install ${names.join(", ")} with your system's package manager`
    : `sudo apt-get install ${names.join(" ")}`;
}
