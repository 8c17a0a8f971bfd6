import type { AgeFile } from "../../age/age";
import { type ProgramIdentity, wipeProgramIdentity } from "../../age/identity";

/** The key that opened a file. */
export type UnlockingKey =
  { readonly kind: "passphrase" } | { readonly kind: "identity"; readonly recipient: string };

/** The part of a file that is read to find its key. */
export type Locked = Pick<AgeFile, "header">;

/** A file key, and the key that opened it. The caller wipes it. */
export interface Unlocked {
  readonly fileKey: Uint8Array;
  readonly opener: UnlockingKey;
  /** The identity or passphrase that unwrapped it, for a program that must do so again. */
  readonly unlockedBy: ProgramIdentity;
  /** The seconds that it took from the user's last answer on: after a passphrase, mostly scrypt. */
  readonly seconds: number;
}

/** A file key without its time. */
export type FoundKey = Omit<Unlocked, "seconds">;

/** Zeroes the keys of a file that was unlocked. */
export function wipeUnlocked({ fileKey, unlockedBy }: Omit<Unlocked, "seconds">): void {
  fileKey.fill(0);
  wipeProgramIdentity(unlockedBy);
}
