import type { IdentitySearch } from "../../keys/identitySearch";
import type { Keyring } from "../../keys/keyring";
import type { KeyPrompts } from "./keyTime";
import type { Prompts } from "./prompts";

/** The sources of keys: memory, the machine, and the user. `unlock` has their order. */
export interface KeySources {
  readonly keyring: Keyring;
  /** Reads the identities that are configured or in the usual places, anew at each call. */
  readonly findIdentities: (signal?: AbortSignal) => Promise<IdentitySearch>;
  readonly prompts: Prompts;
}

/** The permission to ask. Only an action of the user may lead to a prompt. */
export type Asking = "ask" | "never";

/** The sources of keys that unlocking uses. */
export type UnlockSources = Omit<KeySources, "prompts"> & { readonly prompts: KeyPrompts };
