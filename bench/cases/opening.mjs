// Measures how long Cage takes to activate in a new window, beside Git, and how long a click on a
// file of 4 KB takes to show its text, beside a plain file.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAge } from "../ageProgram.mjs";
import { buildPackage, explorerRow, openBenchWindow } from "../benchWindow.mjs";
import { wrong } from "../data.mjs";
import { eventToScreen } from "../eventToScreen.mjs";
import { atMost } from "../figure.mjs";
import { median, spread } from "../quantiles.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("../figure.mjs").Figure} Figure
 * @typedef {"an encrypted file" | "a plain file"} Who
 */

const windows = { quick: 2, full: 5 };
const filesOfEach = 12;
const size = 4096;
const extensions = ["Cage", "Git"];

/** @type {readonly Who[]} */
const contestants = ["an encrypted file", "a plain file"];

/** @type {import("../context.mjs").Case} */
export async function openingCase({ keys, mode, say, server }) {
  if (server === null) {
    say("SKIPPED: a window needs a VS Code server (Linux on x64) and a Chromium");
    return [];
  }
  buildPackage();
  const folder = await mkdtemp(join(tmpdir(), "cage-opening-"));
  try {
    await writeFiles(folder, keys.recipient);
    /** @type {Record<string, number[]>} */
    const activations = { Cage: [], Git: [] };
    /** @type {Record<Who, number[]>} */
    const clicks = { "an encrypted file": [], "a plain file": [] };
    for (let at = 0; at < windows[mode]; at++) {
      say(`  window ${at + 1} of ${windows[mode]}`);
      const window = await openBenchWindow(server, folder, {
        "cage.identities": [keys.identityFile],
      });
      try {
        // A click while the window starts would wait for other extensions.
        const shown = await activationTimes(window.page);
        for (const name of extensions) activations[name]?.push(shown.get(name) ?? NaN);
        await clickAll(window.page, clicks);
      } finally {
        await window.close();
      }
    }
    return [...activationRows(server.version, activations), ...clickRows(server.version, clicks)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} recipient
 */
async function writeFiles(folder, recipient) {
  for (let at = 0; at <= filesOfEach; at++) {
    const plain = join(folder, `plain${at}.yaml`);
    const source = join(folder, "source");
    const line = (/** @type {string} */ who) => `${who}: ${at}\n`;
    const filler = "# a comment of this length\n".repeat(size / 27);
    await writeFile(plain, line("plain") + filler);
    await writeFile(source, line("secret") + filler);
    const target = join(folder, `secret${at}.yaml.age`);
    await writeFile(target, "");
    runAge(["-r", recipient], source, target);
    await rm(source);
  }
}

/**
 * Clicks the files in turns; the first of each warms up.
 *
 * @param {Page} page
 * @param {Record<Who, number[]>} samples
 */
async function clickAll(page, samples) {
  const shown = await eventToScreen(page, "pointerdown", ".monaco-editor");
  for (let at = 0; at <= filesOfEach; at++) {
    for (const who of at % 2 === 0 ? contestants : contestants.toReversed()) {
      const isPlain = who === "a plain file";
      const row = explorerRow(page, isPlain ? `plain${at}.yaml` : `secret${at}.yaml.age`);
      const taken = await shown(() => row.click(), `${isPlain ? "plain" : "secret"}: ${at}`);
      if (at > 0) samples[who].push(taken);
    }
  }
}

/**
 * Reads Running Extensions, which tells the time for loading an extension's code and for its
 * `activate`.
 *
 * @param {Page} page
 * @returns {Promise<Map<string, number>>} milliseconds by the extension's name
 */
async function activationTimes(page) {
  // The list holds the rows that can be seen.
  await page.setViewportSize({ width: 1280, height: 1600 });
  await page.keyboard.press("F1");
  const box = page.locator(".quick-input-widget:visible input");
  await box.fill(">Developer: Show Running Extensions");
  await page
    .locator(".quick-input-list .monaco-list-row.focused", { hasText: "Running" })
    .waitFor();
  await box.press("Enter");
  const times = new Map();
  for (const name of extensions) {
    const row = page
      .locator(".runtime-extensions-editor .monaco-list-row", { hasText: /ctivation: \d+ms/ })
      .filter({ has: page.locator(".name", { hasText: new RegExp(`^${name}(:|$)`) }) });
    const [, time] = /ctivation: (\d+)ms/.exec(await row.innerText()) ?? [];
    if (time === undefined) throw wrong("Running Extensions");
    times.set(name, Number(time));
  }
  await page.keyboard.press("Escape");
  await page.locator(".monaco-modal-editor-block").waitFor({ state: "hidden" });
  await page.setViewportSize({ width: 1280, height: 800 });
  return times;
}

/**
 * @param {string} version
 * @param {Record<string, number[]>} samples
 * @returns {Figure[]}
 */
function activationRows(version, samples) {
  const family = `Activation in a new window, VS Code ${version}`;
  return extensions.map((who) => {
    const taken = samples[who] ?? [];
    return {
      ...{ family, what: "median", who, unit: "ms", value: median(taken), spread: spread(taken) },
      ...{ samples: taken.length, ...(who === "Cage" ? { aim: atMost(30) } : {}) },
    };
  });
}

/**
 * @param {string} version
 * @param {Record<Who, number[]>} samples
 * @returns {Figure[]}
 */
function clickRows(version, samples) {
  const family = `From a click on a file of 4 KB to its text, VS Code ${version}`;
  const [ours, plain] = /** @type {const} */ (["an encrypted file", "a plain file"]);
  return [
    ...contestants.map((who) => ({
      ...{ family, what: "median", who, unit: /** @type {const} */ ("ms") },
      ...{ value: median(samples[who]), spread: spread(samples[who]) },
      samples: samples[who].length,
    })),
    {
      ...{ family, what: "median", who: "encrypted beside plain", unit: "times" },
      ...{ value: median(samples[ours]) / median(samples[plain]), aim: atMost(1.2) },
    },
  ];
}
