// The context that every case gets.

/**
 * @typedef {import("../src/age/engines/engine").Engine} Engine
 * @typedef {import("./product").Contender} Contender
 *
 * @typedef {object} Keys
 * @property {import("../src/age/x25519").X25519Identity} identity
 * @property {string} recipient as age takes it
 * @property {string} identityFile
 *
 * @typedef {object} Context
 * @property {"quick" | "full"} mode
 * @property {number} rounds of a comparison of large files
 * @property {import("./measure.mjs").Patience} patience
 * @property {number} size of a large file in bytes
 * @property {typeof import("./product")} product
 * @property {import("./bundle.mjs").Bundle} bundle
 * @property {readonly Engine[]} engines those that compute rightly here
 * @property {(engine: Engine, threads: number) => Contender} contender always the same for the same
 * @property {() => Contender} reference the fastest, by which outputs are checked
 * @property {readonly import("./places.mjs").Place[]} places the best one first
 * @property {Keys} keys
 * @property {import("./machine.mjs").Machine} machine
 * @property {import("../scripts/setup/vscodeServer.mjs").InstalledServer | null} server for the
 *   extension host; null where it can't run
 * @property {(line: string) => void} say
 */

/** @typedef {import("./figure.mjs").Figure} Figure */

/** @typedef {(context: Context) => Promise<readonly Figure[]>} Case */

/**
 * Reports repeated or disturbed samples, if there are any.
 *
 * @param {Context} context
 * @param {import("./measure.mjs").Comparison} comparison
 */
export function sayDropped({ say }, { dropped, disturbed }) {
  if (dropped === 0 && disturbed === 0) return;
  say(
    `    ${dropped} samples were repeated, since other processes used the processors; ` +
      `${disturbed} disturbed ones were kept`,
  );
}
