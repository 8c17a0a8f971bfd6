// The chart of docs/strategies.md. It stands on a card of its own, so a dark page shows it as a
// light one does.

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {string} color
 *
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} description everything that the picture shows, in words
 * @property {string} caption
 * @property {{ value: number, label: string }} mark a line across all bars
 * @property {readonly { title: string, bars: readonly Bar[] }[]} groups
 */

/** The colours, which have a contrast of at least 4.5 to 1 with white. */
export const colors = { openssl: "#0969da", wasm: "#8250df", portable: "#57606a" };

const ink = "#1f2328";
const faint = "#57606a";
const width = 720;
const barsLeft = 190;
/** The width of the longest bar. The space on its right is for its figure. */
const barsWidth = width - barsLeft - 80;
const barHeight = 22;
const barStep = 30;
const groupGap = 40;
const top = 84;
const font = 'font-family="system-ui, -apple-system, Segoe UI, sans-serif"';

/**
 * Draws a bar chart as SVG.
 *
 * @param {Chart} chart
 */
export function barChart({ title, description, caption, mark, groups }) {
  const longest = Math.max(
    mark.value,
    ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)),
  );
  const scale = barsWidth / longest;
  /** @type {string[]} */
  const bars = [];
  /** @type {string[]} */
  const labels = [];
  let y = top;
  for (const group of groups) {
    labels.push(text(24, y, 14, group.title, `font-weight="600" fill="${ink}"`));
    y += 14;
    for (const { label, value, color } of group.bars) {
      const length = round(value * scale);
      const baseline = y + barHeight - 6;
      bars.push(
        `<rect class="bar" x="${barsLeft}" y="${y}" width="${length}" height="${barHeight}" ` +
          `rx="3" fill="${color}"/>`,
      );
      labels.push(
        text(barsLeft - 10, baseline, 14, label, `text-anchor="end" fill="${ink}"`),
        // A figure may be on the line across the bars, so it clears some room around itself.
        text(
          barsLeft + length + 8,
          baseline,
          14,
          `${value.toFixed(2)} ×`,
          `font-weight="600" fill="${ink}" stroke="#ffffff" stroke-width="5" paint-order="stroke"`,
        ),
      );
      y += barStep;
    }
    y += groupGap;
  }
  const bottom = y - groupGap;
  const height = bottom + 52;
  const x = round(barsLeft + mark.value * scale);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
      `width="${width}" height="${height}" role="img" aria-labelledby="title description" ${font}>`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="#ffffff" ` +
      `stroke="#d0d7de"/>`,
    text(24, 36, 18, title, `font-weight="600" fill="${ink}"`),
    ...bars,
    // White borders keep the line visible on the bars.
    ...[`stroke="#ffffff" stroke-width="4"`, `stroke="${ink}" stroke-dasharray="4 3"`].map(
      (stroke) => `<path d="M${x} ${top - 22}V${bottom}" fill="none" ${stroke}/>`,
    ),
    ...labels,
    text(x, top - 28, 12, mark.label, `text-anchor="middle" fill="${ink}"`),
    text(24, height - 22, 12, caption, `fill="${faint}"`),
    "</svg>",
    "",
  ].join("\n");
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} content
 * @param {string} attributes
 */
function text(x, y, size, content, attributes) {
  return `<text x="${round(x)}" y="${y}" font-size="${size}" ${attributes}>${escaped(content)}</text>`;
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;

/** @param {string} content */
function escaped(content) {
  return content
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
