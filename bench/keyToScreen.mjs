// From a key to the screen, measured inside the page.

/** @typedef {import("playwright-core").Page} Page */

/**
 * A key is dated by its event. VS Code draws in an animation frame, so a message that is sent when
 * the line's DOM has changed arrives after the frame that shows it is painted.
 */
const script = `(() => {
  let key = null;
  const channel = new MessageChannel();
  const measured = [];
  channel.port1.onmessage = ({ data: start }) => measured.shift()(performance.now() - start);
  window.cageAwaitKey = (line) => {
    key = { line, start: null };
    window.cageKey = new Promise((done) => measured.push(done));
  };
  window.addEventListener(
    "keydown",
    ({ timeStamp }) => {
      if (key !== null) key.start ??= timeStamp;
    },
    true,
  );
  const isShown = ({ textContent }) => textContent.replaceAll("\\u00a0", " ") === key.line;
  new MutationObserver(() => {
    if (key === null || key.start === null) return;
    const lines = document.querySelectorAll(".monaco-editor.focused .view-line");
    if (![...lines].some(isShown)) return;
    channel.port2.postMessage(key.start);
    key = null;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

/**
 * Prepares a page.
 *
 * @param {Page} page
 * @returns {Promise<(key: string, line: string) => Promise<number>>} presses a key and waits until
 *   the line that it is typed into shows as it must be then; how long that took, in milliseconds
 */
export async function keyToScreen(page) {
  await page.evaluate(script);
  return async (key, line) => {
    await page.evaluate(`cageAwaitKey(${JSON.stringify(line)})`);
    await page.keyboard.press(key);
    return page.evaluate("window.cageKey");
  };
}
