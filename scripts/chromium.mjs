// The browser in which tests and pictures show a VS Code window.
import { chromium } from "playwright-core";
import { findProgram, isExecutable } from "./childProcess.mjs";
import { Problem } from "./problem.mjs";

/** Chromium without the pages of its own window, which take a quarter of a test's time. */
const shell = "chromium-headless-shell";
const whole = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

/**
 * The absolute path of a Chromium, or null: `CAGE_CHROMIUM`, the system's, or Playwright's own.
 *
 * @param {"shell" | "whole"} [preferred] the kind that is looked for first
 */
export function findChromium(preferred = "shell") {
  const chosen = process.env["CAGE_CHROMIUM"];
  if (chosen) return chosen;
  for (const name of preferred === "shell" ? [shell, ...whole] : [...whole, shell]) {
    const path = findProgram(name);
    if (path !== null) return path;
  }
  const downloaded = chromium.executablePath();
  return isExecutable(downloaded) ? downloaded : null;
}

/**
 * Starts a Chromium without a window, which reaches this machine and nothing else.
 *
 * @param {string} [profile] a folder that it keeps its own data in, as a user's browser does; by
 *   default it keeps none
 */
export function launchChromium(profile) {
  const executablePath = findChromium(profile === undefined ? "shell" : "whole");
  if (executablePath === null) throw new Problem(`no Chromium found; ${chromiumAdvice}`);
  const options = {
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  };
  if (profile === undefined) return chromium.launch(options);
  return chromium.launchPersistentContext(profile, options);
}

export const chromiumAdvice =
  "install one (npx playwright-core install --with-deps chromium) or name one in CAGE_CHROMIUM";
