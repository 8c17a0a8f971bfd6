import type { BundledExtension } from "./bundledExtension";
import type { Machine } from "./hostProcess";
import type { User } from "./user";
import type { Watcher } from "./watcher";

/** The parts of a window that a test chooses. */
export interface WorkbenchOptions {
  readonly machine: Machine;
  readonly bundle: BundledExtension;
  /** The extension's storage. */
  readonly storage: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly user: User;
  readonly watcher: Watcher;
}
