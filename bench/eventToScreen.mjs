// Measures the time from a key or a click to the screen, inside the page.

/** @typedef {import("playwright-core").Page} Page */

/**
 * The script in the page. It takes the time from the event. VS Code draws in an animation frame, so
 * a message sent when the line's DOM has changed arrives after that frame was painted.
 *
 * @param {"keydown" | "pointerdown"} event
 * @param {string} editor
 */
const scriptFor = (event, editor) => `(() => {
  let awaited = null;
  const channel = new MessageChannel();
  const measured = [];
  channel.port1.onmessage = ({ data: start }) => measured.shift()(performance.now() - start);
  window.cageAwaitLine = (line) => {
    awaited = { line, start: null };
    window.cageShown = new Promise((done) => measured.push(done));
  };
  window.addEventListener(
    "${event}",
    ({ timeStamp }) => {
      if (awaited !== null) awaited.start ??= timeStamp;
    },
    true,
  );
  const isShown = ({ textContent }) => textContent.replaceAll("\\u00a0", " ") === awaited.line;
  new MutationObserver(() => {
    if (awaited === null || awaited.start === null) return;
    if (![...document.querySelectorAll("${editor} .view-line")].some(isShown)) return;
    channel.port2.postMessage(awaited.start);
    awaited = null;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

/**
 * Prepares a page.
 *
 * @param {Page} page
 * @param {"keydown" | "pointerdown"} event the event from which the time counts
 * @param {string} editor the selector of the editors that may show the line
 * @returns {Promise<(act: () => Promise<void>, line: string) => Promise<number>>} acts and waits
 *   until an editor shows the line; the result is the time in milliseconds
 */
export async function eventToScreen(page, event, editor) {
  await page.evaluate(scriptFor(event, editor));
  return async (act, line) => {
    await page.evaluate(`cageAwaitLine(${JSON.stringify(line)})`);
    await act();
    return page.evaluate("window.cageShown");
  };
}
