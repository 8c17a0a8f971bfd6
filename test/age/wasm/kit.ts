import { expect } from "vitest";
import { type WasmInstance, wasmInstance } from "../../../src/age/engines/wasmInstance";

export const tagSize = 16;
export const slotSize = 65536 + tagSize;

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** The instance for all tests of a file, with room for four chunks. */
export const instance: WasmInstance = wasmInstance(4 * slotSize);

/** Computes the Poly1305 tag of a message under a one-time key. */
export function poly1305(oneTimeKey: Uint8Array, message: Uint8Array): Uint8Array {
  instance.workspace.set(message);
  instance.setKey(oneTimeKey);
  instance.poly1305(instance.workspace.byteOffset, message.length);
  return instance.workspace.slice(message.length, message.length + tagSize);
}

/** Asserts that an instance's memory holds nothing derived from a key. */
export function expectNoSecrets({ memory, workspaceStart }: WasmInstance): void {
  const secrets = new Uint8Array(memory.buffer, 0, workspaceStart.value);
  expect(secrets.length).toBeGreaterThan(64);
  expect(secrets.every((byte) => byte === 0)).toBe(true);
}
