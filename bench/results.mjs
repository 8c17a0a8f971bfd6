// Writes results: a file for programs, and a chart for docs/strategies.md.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileToFile } from "./cases/files.mjs";
import { barChart, colors } from "./chart.mjs";
import { findChromium, launchChromium } from "../scripts/chromium.mjs";
import { machineLine } from "./machine.mjs";

/**
 * @typedef {import("./figure.mjs").Figure} Figure
 *
 * @typedef {object} Results
 * @property {string} date
 * @property {"quick" | "full"} mode
 * @property {import("./machine.mjs").Machine} machine
 * @property {readonly Figure[]} figures
 */

/**
 * Writes results.json and, if there are figures for it, throughput.svg. If there is a browser to
 * draw it, it writes throughput.png as well, which docs/strategies.md shows.
 *
 * @param {string} folder made if it does not exist
 * @param {Results} results
 */
export async function writeResults(folder, results) {
  await mkdir(folder, { recursive: true });
  const rounded = results.figures.map((figure) => ({
    ...figure,
    value: round(figure.value),
    ...(figure.spread && { spread: figure.spread.map(round) }),
    ...(figure.megabytesPerSecond && { megabytesPerSecond: Math.round(figure.megabytesPerSecond) }),
  }));
  const text = JSON.stringify({ ...results, figures: rounded }, null, 2);
  await writeFile(join(folder, "results.json"), `${text}\n`);
  const chart = throughputChart(results);
  if (chart === null) return;
  await writeFile(join(folder, "throughput.svg"), chart);
  if (findChromium() !== null) await draw(chart, join(folder, "throughput.png"));
}

/**
 * Draws the chart of the file-to-file figures, for the first place and the largest size.
 *
 * @param {Results} results
 * @returns {string | null} SVG; null if there are no such figures
 */
export function throughputChart({ figures, machine }) {
  const all = figures.filter(({ family, who }) => family === fileToFile && who !== "age");
  const groups = ["decrypt", "encrypt"].flatMap((operation) => {
    const first = all.find(({ what }) => what.startsWith(`${operation}, `));
    if (first === undefined) return [];
    const bars = all
      .filter(({ what }) => what === first.what)
      .sort((a, b) => b.value - a.value)
      .map(({ who, value }) => ({ label: who, value, color: colorOf(who) }));
    return [{ title: capitalized(first.what), bars }];
  });
  if (groups.length === 0) return null;
  const said = groups.map(({ title, bars }) => {
    const values = bars.map(({ label, value }) => `${label}: ${value.toFixed(2)}`);
    return `${title}: ${values.join("; ")}.`;
  });
  return barChart({
    title: "Throughput file to file, as a multiple of the age program's",
    description: `A bar for each engine; age is 1. ${said.join(" ")}`,
    caption: machineLine(machine),
    mark: { value: 1, label: "age" },
    groups,
  });
}

/** @param {string} text */
const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {string} contestant */
function colorOf(contestant) {
  const engine = contestant.split(",")[0];
  return Object.entries(colors).find(([name]) => name === engine)?.[1] ?? colors.portable;
}

/** @param {number} value */
const round = (value) => Number(value.toPrecision(4));

/** @param {string} chart an SVG picture @param {string} path of the PNG picture */
async function draw(chart, path) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ deviceScaleFactor: 2 });
    await page.setContent(chart);
    await page.locator("svg").screenshot({ path, omitBackground: true });
  } finally {
    await browser.close();
  }
}
