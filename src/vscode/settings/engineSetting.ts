import { cpus } from "node:os";
import type * as vscode from "vscode";
import type { Engine } from "../../age/engines/engine";
import { fastestEngine, preferEngine, rememberFastest } from "../../age/engines/engineChoice";
import { settings } from "./settings";

/**
 * Chooses the engine for ChaCha20-Poly1305 by `cage.engine`. For "auto" it measures the engines
 * once for each processor and runtime version, and remembers the fastest.
 */
export function useEngineSetting(state: vscode.Memento): void {
  const setting = settings.engine();
  preferEngine(setting);
  if (setting !== "auto") return;
  const { node, v8 } = process.versions;
  const key = `engine: ${cpus()[0]?.model ?? "unknown"}, Node ${node}, V8 ${v8}`;
  const known = state.get<unknown>(key);
  if (isEngine(known)) {
    rememberFastest(known);
    return;
  }
  // This takes about 20 ms, so waiting work goes first.
  setImmediate(() => {
    const fastest = fastestEngine(() => performance.now());
    rememberFastest(fastest);
    void state.update(key, fastest);
  });
}

function isEngine(value: unknown): value is Engine {
  return value === "openssl" || value === "wasm" || value === "portable";
}
