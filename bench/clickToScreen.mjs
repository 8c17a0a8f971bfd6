// From a click to the text on the screen, measured inside the page.

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("playwright-core").Locator} Locator
 */

/** A click is dated by its event, and the screen as in `keyToScreen.mjs`. */
const script = `(() => {
  let click = null;
  const channel = new MessageChannel();
  const measured = [];
  channel.port1.onmessage = ({ data: start }) => measured.shift()(performance.now() - start);
  window.cageAwaitClick = (line) => {
    click = { line, start: null };
    window.cageClick = new Promise((done) => measured.push(done));
  };
  window.addEventListener(
    "pointerdown",
    ({ timeStamp }) => {
      if (click !== null) click.start ??= timeStamp;
    },
    true,
  );
  const isShown = ({ textContent }) => textContent.replaceAll("\\u00a0", " ") === click.line;
  new MutationObserver(() => {
    if (click === null || click.start === null) return;
    if (![...document.querySelectorAll(".monaco-editor .view-line")].some(isShown)) return;
    channel.port2.postMessage(click.start);
    click = null;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

/**
 * Prepares a page.
 *
 * @param {Page} page
 * @returns {Promise<(row: Locator, line: string) => Promise<number>>} clicks and waits until an
 *   editor shows the line; how long that took, in milliseconds
 */
export async function clickToScreen(page) {
  await page.evaluate(script);
  return async (row, line) => {
    await page.evaluate(`cageAwaitClick(${JSON.stringify(line)})`);
    await row.click();
    return page.evaluate("window.cageClick");
  };
}
