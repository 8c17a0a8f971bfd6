import type { AgeFile } from "./age";
import { damages, payloadDamage } from "./damage";
import { AgeError } from "./errors";
import { opensWithReturns } from "./lostReturns";

/** The number of bytes of a payload that {@link withPayloadDamage} searches for damage. */
export const tellingSize = 1024 * 1024;

/**
 * Names the damage in a binary file's payload, if its bytes show it. Otherwise it returns the
 * failure unchanged.
 *
 * @param readStart - reads so many bytes from the file's beginning, or fewer where it ends.
 */
export async function withPayloadDamage(
  error: unknown,
  { format, header }: Pick<AgeFile, "format" | "header">,
  fileKey: Uint8Array,
  readStart: (length: number) => Promise<Uint8Array>,
  signal?: AbortSignal,
): Promise<unknown> {
  const isOfPayload = error instanceof AgeError && error.code === "corrupt-payload";
  if (!isOfPayload || format !== "binary") return error;
  const headerSize = header.bytes.length;
  const payload = (await readStart(headerSize + tellingSize)).subarray(headerSize);
  const isCertain = await opensWithReturns(fileKey, payload, signal);
  const damage = isCertain ? "lost returns" : payloadDamage(payload);
  if (damage === null) return error;
  return new AgeError("corrupt-payload", damages[damage], { ...error.facts, damage });
}
