import type { Control } from "./laneControl";
import type { BytePlace } from "./bytePlace";
import type { Task } from "./protocol";

/** One pass over a payload, which lanes share. */
export interface Pass {
  readonly task: Task;
  readonly plaintextSize: number;
  readonly plaintext: BytePlace;
  readonly sealed: BytePlace;
  /** The payload key, which the caller keeps. */
  readonly payloadKey: Uint8Array;
  readonly control: Control;
}
