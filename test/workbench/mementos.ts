import type { ExtensionHost } from "./extensionHost";

/** The states that an extension has VS Code remember, as JSON. */
export interface KeptMementos {
  readonly global: readonly (readonly [string, string])[];
  readonly workspace: readonly (readonly [string, string])[];
}

/** The states that an extension keeps in VS Code. They outlive its host. */
export class Mementos {
  private readonly global: Map<string, string>;
  private readonly workspace: Map<string, string>;

  constructor(kept: KeptMementos | null) {
    this.global = new Map(kept?.global);
    this.workspace = new Map(kept?.workspace);
  }

  get kept(): KeptMementos {
    return { global: [...this.global], workspace: [...this.workspace] };
  }

  /** Returns the states as the extension in a host sees them. */
  of(host: ExtensionHost): object {
    return {
      globalState: memento(this.global, host),
      workspaceState: memento(this.workspace, host),
    };
  }
}

/** Gives the host a copy of its own. The window hears of changes a turn later. */
function memento(stored: Map<string, string>, host: ExtensionHost): object {
  const own = new Map(stored);
  return {
    keys: () => [...own.keys()],
    get: (key: string, usual?: unknown) => {
      const text = own.get(key);
      return text === undefined ? usual : (JSON.parse(text) as unknown);
    },
    update: (key: string, value: unknown) => {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined) own.delete(key);
      else own.set(key, text);
      return host.inWindow(() => {
        if (text === undefined) stored.delete(key);
        else stored.set(key, text);
      });
    },
  };
}
