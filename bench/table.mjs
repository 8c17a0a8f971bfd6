// Formats results for a terminal.
import { missedBy } from "./figure.mjs";

/** @typedef {import("./figure.mjs").Figure} Figure */

const headings = ["", "", "median", "half lie in", "MB/s", "aim"];

/**
 * Formats figures as a table, with a heading for each family.
 *
 * @param {readonly Figure[]} figures
 */
export function formatTable(figures) {
  const families = [...new Set(figures.map(({ family }) => family))];
  return families
    .map((family) => {
      const rows = figures.filter((figure) => figure.family === family);
      return `${family}\n${formatRows(rows)}`;
    })
    .join("\n\n");
}

/**
 * Counts the aims that are reached, and lists the figures that miss theirs, one a line.
 *
 * @param {readonly Figure[]} figures
 */
export function formatAims(figures) {
  const aimed = figures.filter(({ aim }) => aim !== undefined);
  const missed = aimed.filter((figure) => missedBy(figure) !== null);
  const counted = `${aimed.length - missed.length} of ${aimed.length} aims reached`;
  const lines = missed.map((figure) => {
    const { family, what, who } = figure;
    return `  missed by ${percent(missedBy(figure))}: ${[family, what, who].filter(Boolean).join("; ")}`;
  });
  return [counted, ...lines].join("\n");
}

/** @param {number} value @param {Figure["unit"]} unit */
export function formatValue(value, unit) {
  const digits = value < 0.1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)}${unit === "times" ? " ×" : ` ${unit}`}`;
}

/** @param {readonly Figure[]} rows */
function formatRows(rows) {
  let last = "";
  const cells = rows.map((figure) => {
    const { what, who, value, unit, spread, megabytesPerSecond, note } = figure;
    const shown = what === last ? "" : what;
    last = what;
    return [
      shown,
      who,
      formatValue(value, unit),
      spread === undefined ? "" : spread.map((end) => formatValue(end, unit)).join(" to "),
      megabytesPerSecond === undefined ? "" : String(Math.round(megabytesPerSecond)),
      [formatAim(figure), note ?? ""].filter(Boolean).join("; "),
    ];
  });
  const lines = [headings, ...cells];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          // Numbers are aligned on the right, words on the left.
          column === 2 || column === 4
            ? cell.padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}

/** @param {Figure} figure */
function formatAim(figure) {
  const { aim, unit } = figure;
  if (aim === undefined) return "";
  const missed = missedBy(figure);
  const verdict = missed === null ? "" : `, missed by ${percent(missed)}`;
  return `${aim.is === "least" ? "≥" : "≤"} ${formatValue(aim.value, unit)}${verdict}`;
}

/** @param {number | null} part */
function percent(part) {
  return `${((part ?? 0) * 100).toFixed(1)} %`;
}
