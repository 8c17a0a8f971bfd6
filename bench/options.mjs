// The options of `npm run bench -- …`.
import { parseArgs } from "node:util";
import { Problem } from "../scripts/problem.mjs";

/**
 * The families of cases by their names for `--only`, in the order in which they run. Families that
 * fill memory come last: a process with much memory takes longer to start the age program.
 */
export const families = /** @type {const} */ ([
  "interop",
  "small",
  "drafts",
  "files",
  "chunks",
  "random",
  "armor",
  "passphrase",
  "footprint",
  "scaling",
  "pauses",
  "typing",
  "opening",
  "strategies",
  "memory-files",
]);

/** @typedef {(typeof families)[number]} Family */

/**
 * The families that take too long for a quick run: a passphrase takes a second and the strategies
 * need many, keys are typed one by one, and a window starts in seconds.
 *
 * @type {readonly Family[]}
 */
const slow = ["typing", "opening", "strategies"];

/**
 * Lists the families that run where the user names none.
 *
 * @param {"quick" | "full"} mode
 * @returns {readonly Family[]}
 */
export const usualFamilies = (mode) =>
  mode === "full" ? families : families.filter((family) => !slow.includes(family));

/**
 * @typedef {object} Options
 * @property {"quick" | "full"} mode
 * @property {string | null} node another Node than that of the VS Code server
 * @property {readonly Family[]} only the families to run
 * @property {number | null} size of the large files in bytes; null for the mode's own
 * @property {boolean} help
 */

export const usage = `npm run bench                    everything, in about 30 minutes
npm run bench -- --quick         smaller files and fewer rounds, in under two minutes;
                                 ${slow.join(", ")} only where they are named
npm run bench -- --node PATH     on another Node than that of the VS Code server of the tests
npm run bench -- NAMES           some families, with spaces or commas between (also --only NAMES):
                                 ${families.join(", ")}
npm run bench -- --size MIB      large files of this many MiB

With names or --size the results go to .cache/bench and not to bench/.
OPENSSL_ia32cap=:~0xd0230000 in the environment hides AVX-512 from OpenSSL.`;

/**
 * Parses the arguments.
 *
 * @param {readonly string[]} args those after the script's name
 * @returns {Options}
 * @throws Problem with the usage if it can't parse them
 */
export function parseOptions(args) {
  const { values, positionals } = parse(args);
  const names = [...positionals, ...(values.only ?? [])]
    .flatMap((text) => text.split(","))
    .filter(Boolean);
  for (const name of names) {
    if (!isFamily(name)) throw misunderstood(`there is no family "${name}"`);
  }
  const mode = values.quick === true ? "quick" : "full";
  return {
    mode,
    node: values.node ?? null,
    only: names.length === 0 ? usualFamilies(mode) : families.filter((one) => names.includes(one)),
    size: values.size === undefined ? null : mebibytes(values.size),
    help: values.help === true,
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: "boolean" },
        node: { type: "string" },
        only: { type: "string", multiple: true },
        size: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw misunderstood(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} text */
function mebibytes(text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 65536) {
    throw misunderstood(`--size takes a number of MiB from 1 to 65536, not "${text}"`);
  }
  return count * 1024 * 1024;
}

/** @param {string} name @returns {name is Family} */
function isFamily(name) {
  return families.some((family) => family === name);
}

/** @param {string} reason */
function misunderstood(reason) {
  return new Problem(`${reason}\n\n${usage}`);
}
