import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a program that runs a script of the shell and counts how often it was started. */
export function askedProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho asked >>"$0.asked"\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Counts how often such a program was started. */
export function timesAsked(path: string): number {
  const trace = `${path}.asked`;
  return existsSync(trace) ? readFileSync(trace, "utf8").split("\n").length - 1 : 0;
}
