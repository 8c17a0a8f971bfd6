// The browser in which tests and pictures show a VS Code window.
import { chromium } from "playwright-core";
import { findProgram, isExecutable } from "./childProcess.mjs";
import { Problem } from "./problem.mjs";

/** A Chromium without the pages of its own window, which take a quarter of a test's time. */
const shell = "chromium-headless-shell";
const whole = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];

/**
 * Finds a Chromium: that of `CAGE_CHROMIUM`, the system's, or Playwright's own.
 *
 * @param {"shell" | "whole"} [preferred] the kind that is looked for first
 * @returns its absolute path, or null
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
 * Starts a Chromium without a window, which reaches only this machine.
 *
 * @param {string} [profile] a folder for its own data, as a user's browser has one; by default it
 *   keeps none
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
