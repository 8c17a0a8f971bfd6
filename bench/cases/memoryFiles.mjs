// Measures file to memory and memory to file against file to file: the same contender on the same
// bytes.
import { readFileSync } from "node:fs";
import { formatSize, gibibyte } from "../bytes.mjs";
import { sayDropped } from "../context.mjs";
import { expectOpened, expectPlaintext, makeFiles, spoil } from "../data.mjs";
import { atLeast } from "../figure.mjs";
import { compare, ratiosTo, timed } from "../measure.mjs";
import { hasRoom } from "../places.mjs";

/** @type {import("../context.mjs").Case} */
export async function memoryFilesCase(context) {
  const { engines, contender, keys, machine, mode, places, reference } = context;
  const [place] = places;
  const size = Math.min(mode === "quick" ? context.size / 2 : context.size, gibibyte);
  // Memory holds a file three times: the input, the output, and one not yet collected.
  if (place === undefined || !hasRoom(place, size * 6)) {
    context.say(
      `SKIPPED: there is no room for three files and three buffers of ${formatSize(size)}`,
    );
    return [];
  }
  const files = makeFiles(place, size);
  const plain = { path: files.plain };
  const encrypted = { path: files.encrypted };
  const opened = { path: files.opened };
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [];
  try {
    for (const engine of engines.filter((name) => name !== "portable")) {
      const one = contender(engine, Math.min(machine.cores, 2));
      const { identity } = keys;
      await one.encrypt(plain, encrypted, identity.recipient, "binary");
      const inMemory = { plain: readFileSync(plain.path), encrypted: readFileSync(encrypted.path) };
      /** @type {Uint8Array | null} */
      let result = null;

      /** @param {import("../ends").From} from @param {import("../ends").To} to */
      const decrypt = (from, to) => async () => {
        result = null;
        return timed(async () => {
          result = (await one.decrypt(from, to, identity)).bytes;
        });
      };
      /** @param {import("../ends").From} from @param {import("../ends").To} to */
      const encrypt = (from, to) => async () => {
        result = null;
        return timed(async () => {
          result = (await one.encrypt(from, to, identity.recipient, "binary")).bytes;
        });
      };
      const checkFile = async () => {
        spoil(opened.path);
        await reference().decrypt(encrypted, opened, identity);
        expectOpened(files);
      };
      const checkMemory = async () => {
        spoil(opened.path);
        await reference().decrypt({ bytes: result ?? new Uint8Array() }, opened, identity);
        expectOpened(files);
      };
      const toOpened = { prepare: () => spoil(opened.path), check: () => expectOpened(files) };
      const toEncrypted = { prepare: () => spoil(encrypted.path), check: checkFile };
      const bytes = size;
      const operations = {
        encrypt: [
          { name: "file to file", run: encrypt(plain, encrypted), ...toEncrypted },
          { name: "file to memory", run: encrypt(plain, "memory"), check: checkMemory },
          {
            name: "memory to file",
            run: encrypt({ bytes: inMemory.plain }, encrypted),
            ...toEncrypted,
          },
        ],
        decrypt: [
          { name: "file to file", run: decrypt(encrypted, opened), ...toOpened },
          {
            name: "file to memory",
            run: decrypt(encrypted, "memory"),
            check: () => expectPlaintext(files, result),
          },
          {
            name: "memory to file",
            run: decrypt({ bytes: inMemory.encrypted }, opened),
            ...toOpened,
          },
        ],
      };
      for (const [operation, contestants] of Object.entries(operations)) {
        const what = `${operation}, ${one.name}`;
        context.say(`  ${what}, ${formatSize(size)}`);
        const comparison = await compare(
          contestants.map((contestant) => ({ ...contestant, bytes })),
          Math.ceil(context.rounds / 2),
          context.patience,
        );
        sayDropped(context, comparison);
        for (const row of ratiosTo(comparison, "file to file")) {
          const { name, ratio, spread, megabytesPerSecond, samples } = row;
          figures.push({
            family: "Through memory, times file to file",
            what: `${what}, ${formatSize(size)}`,
            who: name,
            value: ratio,
            unit: "times",
            spread,
            megabytesPerSecond,
            samples,
            ...(name === "file to memory" && { aim: atLeast(1) }),
          });
        }
      }
    }
  } finally {
    files.remove();
  }
  return figures;
}
