import type { IdentitySearch } from "../../keys/identitySearch";
import type { Keyring } from "../../keys/keyring";
import type { KeyPrompts } from "./keyTime";
import type { Prompts } from "./prompts";

/** The sources of keys: memory, the machine, and the user. */
export interface Keys {
  readonly keyring: Keyring;
  /** Reads the identities that are configured or lie in the usual places, afresh. */
  readonly findIdentities: (signal?: AbortSignal) => Promise<IdentitySearch>;
  readonly prompts: Prompts;
}

/** The permission to ask: only an action of the user may lead to a prompt. */
export type Asking = "ask" | "never";

/** The sources of keys, as far as unlocking asks them. */
export type Asked = Omit<Keys, "prompts"> & { readonly prompts: KeyPrompts };
