// Measures the time from a key to the screen, inside the page.

/** @typedef {import("playwright-core").Page} Page */

/**
 * The script in the page. It takes a key's time from its event. VS Code draws in an animation
 * frame, so a message sent when the line's DOM has changed arrives after that frame was painted.
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
 *   its line shows the given text; the result is the time in milliseconds
 */
export async function keyToScreen(page) {
  await page.evaluate(script);
  return async (key, line) => {
    await page.evaluate(`cageAwaitKey(${JSON.stringify(line)})`);
    await page.keyboard.press(key);
    return page.evaluate("window.cageKey");
  };
}
