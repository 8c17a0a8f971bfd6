import { createRequire } from "node:module";
import { join } from "node:path";

/** The part of node-pty that Cage uses. It has had this interface since version 0.10. */
export interface Pty {
  spawn(file: string, args: readonly string[], options: PtyOptions): Terminal;
}

/** The options of a terminal, as node-pty takes them. */
export interface PtyOptions {
  readonly name: string;
  readonly cols: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Null for bytes instead of text. */
  readonly encoding: null;
}

/** A program and the terminal that it runs on. */
export interface Terminal {
  readonly pid: number;
  onData(listener: (data: string | Uint8Array) => void): unknown;
  onExit(listener: (end: { readonly exitCode: number; readonly signal?: number }) => void): unknown;
  write(data: string | Uint8Array): void;
}

/** The library for pseudo-terminals, and its owner. */
export interface LoadedPty {
  readonly pty: Pty;
  /** The owner: "Cage's" or "VS Code's". */
  readonly origin: string;
}

/**
 * Makes a function that loads node-pty: our own, else VS Code's, whose place has changed with its
 * versions. It loads it once, when it is first needed, since it is native code.
 *
 * @param extensionFolder - the folder of the extension.
 * @param appRoot - the folder of VS Code.
 * @returns the function. It returns null if there is no node-pty.
 */
export function ptyLoader(extensionFolder: string, appRoot: string): () => LoadedPty | null {
  let loaded: LoadedPty | null | undefined;
  const places: readonly (readonly [string, string])[] = [
    [join(extensionFolder, "dist", "node-pty"), "Cage's"],
    [join(appRoot, "node_modules.asar", "node-pty"), "VS Code's"],
    [join(appRoot, "node_modules", "node-pty"), "VS Code's"],
    [join(appRoot, "node_modules.asar.unpacked", "node-pty"), "VS Code's"],
  ];
  const load = (): LoadedPty | null => {
    const require = createRequire(join(extensionFolder, "package.json"));
    for (const [place, origin] of places) {
      try {
        const pty = require(place) as Partial<Pty>;
        if (typeof pty.spawn === "function") return { pty: pty as Pty, origin };
      } catch {
        // It is not there, or not built for this runtime.
      }
    }
    return null;
  };
  return () => (loaded === undefined ? (loaded = load()) : loaded);
}
