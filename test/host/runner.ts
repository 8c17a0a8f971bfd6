import { strict as assert } from "node:assert";
import { appendFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";

/** The context that a test gets from the runner. */
export interface TestContext {
  /** An empty folder of the test's own in the workspace folder. It is removed afterwards. */
  readonly folder: string;
  /**
   * Calls a function at the end of the test, passed or failed; the last one registered runs first.
   */
  readonly onEnd: (cleanUp: () => unknown) => void;
}

/** Tests by their titles, which are sentences. */
export type Suite = Readonly<Record<string, (test: TestContext) => void | Promise<void>>>;

const timeoutMilliseconds = 60_000;

/**
 * Runs tests one after another inside an extension host, as VS Code's `extensionTestsPath`
 * requires. The results go to the console and, line by line, to the file that `CAGE_TEST_LOG`
 * names. `CAGE_TEST_ONLY` runs only the tests whose titles contain its text.
 *
 * @throws Error if a test failed, which makes VS Code exit with 1
 */
export async function runSuites(suites: readonly (readonly [string, Suite])[]): Promise<void> {
  const only = process.env["CAGE_TEST_ONLY"] ?? "";
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const [suiteName, suite] of suites) {
    for (const [title, body] of Object.entries(suite)) {
      const name = `${suiteName}: ${title}`;
      if (!name.includes(only)) {
        totals.skipped++;
        continue;
      }
      const started = performance.now();
      const error = await failureOf(
        body,
        join(workspaceFolder(), `test-${totals.passed + totals.failed}`),
      );
      const milliseconds = Math.round(performance.now() - started);
      if (error === null) {
        totals.passed++;
        print(`ok - ${name} (${milliseconds} ms)`);
      } else {
        totals.failed++;
        print(`not ok - ${name} (${milliseconds} ms)\n${indented(error)}`);
      }
    }
  }
  print(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  assert.equal(totals.failed, 0, "some tests failed");
}

/** Returns the open folder, which holds the tests' own folders. */
function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "the tests need a window with an open folder");
  return folder.uri.fsPath;
}

async function failureOf(body: Suite[string], folder: string): Promise<unknown> {
  const cleanUps: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  let failure: unknown = null;
  try {
    await mkdir(folder);
    await withinTime(body({ folder, onEnd: (cleanUp) => cleanUps.push(cleanUp) }));
  } catch (error) {
    failure = error;
  }
  for (const cleanUp of cleanUps.reverse()) {
    try {
      await cleanUp();
    } catch (error) {
      failure ??= error;
    }
  }
  return failure;
}

async function withinTime(work: void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no end after ${timeoutMilliseconds / 1000} s`));
    }, timeoutMilliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function indented(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.replace(/^/gm, "    ");
}

function print(line: string): void {
  console.log(line);
  const file = process.env["CAGE_TEST_LOG"];
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}
