import type * as vscode from "vscode";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { identityPlaces } from "../keys/discovery";
import { readIdentities, type IdentitySearch } from "../keys/identitySearch";
import type { Clock } from "../keys/keyring";
import type { Memory } from "../documents/memory";
import { settings } from "./settings";

/** Looks for identities where the settings, the environment and the conventions say, on this machine. */
export function findIdentities(): Promise<IdentitySearch> {
  const places = identityPlaces(process.env, homedir(), process.platform, settings.identities());
  return readIdentities(places, {
    stat: async (path) => {
      const facts = await stat(path).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      });
      if (facts === null) return null;
      const mode = process.platform === "win32" ? null : facts.mode;
      return { isFile: facts.isFile(), size: facts.size, mode };
    },
    readFile,
    readVariable: (name) => process.env[name],
  });
}

/** The wall clock, which goes on while the machine sleeps. */
export const wallClock: Clock = {
  now: Date.now,
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** VS Code's state, as what documents remember between windows. */
export function memoryOf(state: vscode.Memento): Memory {
  return {
    get: (key) => state.get(key),
    set: async (key, value) => state.update(key, value),
  };
}
