import type { Page } from "playwright-core";
import { launchChromium } from "../../scripts/chromium.mjs";
import { inProject } from "../../scripts/project.mjs";
import { startScratchServer } from "../../scripts/scratchServer.mjs";
import { installServer, releases } from "../../scripts/setup/vscodeServer.mjs";
import { killProcesses } from "./processes";
import { Workbench } from "./workbench";

export interface WorkbenchOptions {
  /** The absolute path of the folder that the window opens. */
  readonly folder: string;
  /** Settings besides those that keep VS Code quiet and text as it is typed. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * Variables of the extension host besides PATH, LANG, HOME and TMPDIR. The last two are new and
   * empty folders.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** A file that the window opens when it starts, as `code FILE` does. */
  readonly openFile?: string;
  /** More extensions, as .vsix files. */
  readonly companions?: readonly string[];
  /** Another build of the extension. */
  readonly vsix?: string;
  /** A folder for the browser's own data; in memory by default. */
  readonly profile?: string;
  readonly release?: keyof typeof releases;
  /** Files that the extension host loads before everything else, as `node --require` does. */
  readonly preload?: readonly string[];
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * True if the extension host lacks the ciphers that desktop VS Code lacks, by
 * CAGE_TEST_CIPHERS=desktop.
 */
export const lacksCiphers = process.env["CAGE_TEST_CIPHERS"] === "desktop";

/** The settings under which an editor keeps text as it is typed. */
const plainTyping = {
  "editor.acceptSuggestionOnEnter": "off",
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "editor.autoIndent": "none",
  // VS Code's own defaults for a language override a setting for all languages.
  "[yaml]": { "editor.autoIndent": "none" },
};

/**
 * Starts a VS Code with new and empty settings, extensions and home, and installs the packaged
 * extension, `dist/cage.vsix`, in it. The caller opens the window, and closes the workbench.
 */
export async function launchWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const server = await startScratchServer(
    await installServer(releases[options.release ?? "newest"]),
    {
      environment: "clean",
      env: { ...(lacksCiphers ? { CAGE_TEST_CIPHERS: "desktop" } : {}), ...options.env },
      // VS Code passes node's own flags on to the extension host, but not NODE_OPTIONS.
      nodeFlags: [
        ...(lacksCiphers ? [inProject("test/host/missingCiphers.cjs")] : []),
        ...(options.preload ?? []),
      ].flatMap((file) => ["--require", file]),
      settings: { ...plainTyping, ...options.settings },
      vsix: options.vsix ?? inProject("dist/cage.vsix"),
      companions: options.companions ?? [],
    },
  );
  let browser = await launchChromium(options.profile);
  let page = await newPage(browser, options);
  return new Workbench(page, {
    address: server.address({
      folder: options.folder,
      ...(options.openFile === undefined
        ? {}
        : { payload: openFilePayload(options.openFile, server.port) }),
    }),
    dataFolder: server.dataFolder,
    restartServer: server.restart,
    restartBrowser: async () => {
      const { profile } = options;
      if (profile === undefined) throw new Error("a browser without a profile leaves nothing");
      const closed = page.isClosed() ? null : page.waitForEvent("close");
      await killProcesses((arguments_) => arguments_.includes(`--user-data-dir=${profile}`));
      await closed;
      browser = await launchChromium(profile);
      page = await newPage(browser, options);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.stop();
    },
  });
}

async function newPage(
  browser: Awaited<ReturnType<typeof launchChromium>>,
  { size = { width: 1280, height: 800 } }: WorkbenchOptions,
): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewportSize(size);
  page.setDefaultTimeout(60_000);
  page.setDefaultNavigationTimeout(120_000);
  // The browser asks a question of its own when a window with unsaved text is left.
  page.on("dialog", (dialog) => void dialog.accept());
  return page;
}

function openFilePayload(path: string, port: number): string {
  return JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${port}${encodeURI(path)}`]]);
}
