import { X25519Identity } from "../src/age/x25519";
import type { KeySources } from "../src/documents/questions/asking";
import { Keyring } from "../src/keys/keyring";

/** Makes keys of an unprotected identity on the machine: they ask nothing. */
export function keysOf(identity: X25519Identity): KeySources {
  const refuse = (): never => {
    throw new Error("nothing is to be asked");
  };
  const clock = { now: () => 0, monotonic: () => 0, setTimer: () => () => undefined };
  return {
    keyring: new Keyring(clock, 0),
    findIdentities: () =>
      Promise.resolve({
        found: [{ identity: X25519Identity.parse(identity.encode()), path: "" }],
        ...{ encrypted: [], unsupported: [], problems: [], exposed: [] },
      }),
    prompts: {
      ...{ passphrase: refuse, acceptWork: refuse, confirmRecipients: refuse },
      ...{ warnExposed: refuse, manyNames: refuse, mountedAlone: refuse },
      ...{ acceptExposure: refuse, changedOnDisk: refuse, tellWritten: refuse },
    },
  };
}
