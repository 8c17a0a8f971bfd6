import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a program that runs a shell script and counts its starts. */
export function askedProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho asked >>"$0.asked"\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Counts the starts of such a program. */
export function timesAsked(path: string): number {
  const trace = `${path}.asked`;
  return existsSync(trace) ? readFileSync(trace, "utf8").split("\n").length - 1 : 0;
}
