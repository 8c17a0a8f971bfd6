import type { AgeFile } from "./age";
import { damages, payloadDamage } from "./damage";
import { AgeError } from "./errors";
import { opensWithReturns } from "./lostReturns";

/** So many bytes of a payload are looked at for what damaged it. */
export const tellingSize = 1024 * 1024;

/**
 * Names what damaged the payload of a binary file, where its bytes tell. Any other failure stays as
 * it is.
 *
 * @param readStart - reads the file's beginning, {@link tellingSize} bytes behind its header.
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
