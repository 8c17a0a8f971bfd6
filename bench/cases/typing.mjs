// Measures the time from a key to the screen while typing: in a document of 256 KiB, and in a plain
// file with the same text, in one window.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openByAge, runAge } from "../ageProgram.mjs";
import { buildPackage, explorerRow, openBenchWindow } from "../benchWindow.mjs";
import { wrong } from "../data.mjs";
import { draftsMade } from "../draftsMade.mjs";
import { eventToScreen } from "../eventToScreen.mjs";
import { atMost } from "../figure.mjs";
import { median, quantile, spread } from "../quantiles.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("../figure.mjs").Figure} Figure
 * @typedef {"an encrypted document" | "a plain file"} Who
 */

const size = 256 * 1024;
/** @type {readonly Who[]} */
const contestants = ["an encrypted document", "a plain file"];
/** @type {Record<Who, string>} */
const tabs = { "an encrypted document": "secrets.yaml", "a plain file": "plain.yaml" };
const keysOfBlock = 25;

/**
 * The paces of typing. At the second one, each key comes while the draft of the last one is made.
 */
const paces = [
  { what: "8 keys a second", pause: 125 },
  { what: "a key 310 ms after the last, as its draft is made", pause: 310 },
];

/** @type {import("../context.mjs").Case} */
export async function typingCase(context) {
  const { keys, mode, say, server } = context;
  if (server === null) {
    say("SKIPPED: a window needs a VS Code server (Linux on x64) and a Chromium");
    return [];
  }
  buildPackage();
  const folder = await mkdtemp(join(tmpdir(), "cage-typing-"));
  const plain = join(folder, "plain.yaml");
  const encrypted = join(folder, "secrets.yaml.age");
  await writeFile(plain, yamlText());
  await writeFile(encrypted, "");
  runAge(["-r", keys.recipient], plain, encrypted);
  const window = await openBenchWindow(server, folder, {
    "cage.identities": [keys.identityFile],
    "workbench.editor.enablePreview": false,
  });
  try {
    const shown = await eventToScreen(window.page, "keydown", ".monaco-editor.focused");
    const type = (/** @type {string} */ key, /** @type {string} */ line) =>
      shown(() => window.page.keyboard.press(key), line);
    for (const who of contestants) await prepare(window.page, who);
    /** @type {Figure[]} */
    const figures = [];
    let line = "#";
    for (const { what, pause } of paces) {
      say(`  ${what}`);
      const drafts = draftsMade(window.dataFolder);
      const { samples, typed } = await inTurns(window.page, type, pause, line, mode);
      line = typed;
      const count = drafts.stop();
      if (count === 0) throw wrong("the typing: no draft was made of it");
      figures.push(...rows(`${what}; ${count} drafts made`, server.version, samples));
    }
    await expectSame(window.page, plain, () => openByAge(keys.identityFile, encrypted).bytes);
    return figures;
  } finally {
    await window.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Types the same text into both, alternating in blocks.
 *
 * @param {Page} page
 * @param {(key: string, line: string) => Promise<number>} type
 * @param {number} pause
 * @param {string} before the line to type into, which is the same in both
 * @param {"quick" | "full"} mode
 */
async function inTurns(page, type, pause, before, mode) {
  /** @type {Record<Who, number[]>} */
  const samples = { "an encrypted document": [], "a plain file": [] };
  let line = before;
  for (let block = 0; block < (mode === "quick" ? 3 : 9); block++) {
    const start = line;
    for (const who of block % 2 === 0 ? contestants : contestants.toReversed()) {
      await focus(page, who);
      line = start;
      for (let key = 0; key < keysOfBlock; key++) {
        const letter = String.fromCharCode(97 + (key % 26));
        line += letter;
        const due = performance.now() + pause;
        const taken = await type(letter, line);
        // The first block warms up.
        if (block > 0) samples[who].push(taken);
        await sleep(Math.max(0, due - performance.now()));
      }
    }
  }
  return { samples, typed: line };
}

/**
 * @param {string} what
 * @param {string} version
 * @param {Record<Who, number[]>} samples
 * @returns {Figure[]}
 */
function rows(what, version, samples) {
  const family = `From a key to the screen in 256 KiB of YAML, VS Code ${version}`;
  const p95 = (/** @type {Who} */ who) => quantile(samples[who], 0.95);
  const [ours, plain] = /** @type {const} */ (["an encrypted document", "a plain file"]);
  return [
    ...contestants.flatMap((who) => [
      {
        ...{ family, what: `${what}, median`, who, unit: /** @type {const} */ ("ms") },
        ...{ value: median(samples[who]), spread: spread(samples[who]) },
        samples: samples[who].length,
      },
    ]),
    {
      ...{ family, what: `${what}, median`, who: "encrypted beside plain", unit: "times" },
      ...{ value: median(samples[ours]) / median(samples[plain]), aim: atMost(1.15) },
    },
    ...contestants.map((who) => ({
      ...{ family, what: `${what}, p95`, who, unit: /** @type {const} */ ("ms"), value: p95(who) },
    })),
    {
      ...{ family, what: `${what}, p95`, who: "encrypted beside plain", unit: "times" },
      ...{ value: p95(ours) / p95(plain) },
    },
  ];
}

/** Makes a text of comments and values, with a line in its middle to type into. */
function yamlText() {
  const lines = [];
  for (let length = 0, at = 0; length < size; length += (lines.at(-1) ?? "").length + 1, at++) {
    lines.push(`key_${at}: { user: name${at}, password: "value of ${at}" }`);
  }
  lines[99] = "#";
  return `${lines.join("\n")}\n`;
}

/**
 * Opens a tab of the file, with the cursor at the end of the line.
 *
 * @param {Page} page
 * @param {Who} who
 */
async function prepare(page, who) {
  const row = who === "a plain file" ? tabs[who] : `${tabs[who]}.age`;
  await explorerRow(page, row).click();
  await focus(page, who);
  await page.keyboard.press("Control+G");
  const box = page.locator(".quick-input-widget:visible input");
  await box.fill(":100");
  await box.press("Enter");
  await page.keyboard.press("End");
  await page.locator(".monaco-editor.focused .view-line", { hasText: /^#$/ }).waitFor();
}

/** @param {Page} page @param {Who} who */
async function focus(page, who) {
  await page.locator(`.tabs-container .tab[data-resource-name="${tabs[who]}"]`).click();
  await page.locator(`.monaco-editor.focused[data-uri$="/${tabs[who]}"]`).waitFor();
}

/**
 * Saves both texts and compares them.
 *
 * @param {Page} page
 * @param {string} plain
 * @param {() => Buffer} decrypted
 */
async function expectSame(page, plain, decrypted) {
  for (const who of contestants) {
    await focus(page, who);
    await page.keyboard.press("Control+S");
    const tab = `.tabs-container .tab[data-resource-name="${tabs[who]}"]:not(.dirty)`;
    await page.locator(tab).waitFor();
  }
  if (!decrypted().equals(await readFile(plain))) throw wrong("the saved document");
}
