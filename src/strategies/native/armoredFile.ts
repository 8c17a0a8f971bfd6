import { armoredSize, decodeArmor } from "../../age/armor";
import { concat, copyOf } from "../../age/bytes";
import { sealedSize } from "../../age/chunks";
import { engine } from "../../age/engines/engineChoice";
import { AgeError } from "../../age/errors";
import type { Header } from "../../age/header";
import { derivePayloadKey, payloadNonceSize } from "../../age/payload";
import { randomBytes } from "../../age/primitives";
import { SourceReader } from "../../age/source";
import type { DecryptJob, EncryptJob, Input, VerifyJob } from "../strategy";
import type { Brought } from "./binaryFile";
import { controlIn } from "./laneControl";
import {
  confirmEnd,
  inputPlace,
  inputSize,
  outputTarget,
  type Sharing,
  wipeCopy,
} from "./endpoints";
import { type Crew, runSizeHere, sharingOf } from "./lanes";
import { type BytePlace, readPlace } from "./bytePlace";
import type { StreamJob } from "./protocol";
import { runStream } from "./stream";
import { turn } from "../../age/turns";
import { watched } from "./supervision";

/** Encrypts to an armored file. */
export async function encryptArmored(
  job: EncryptJob,
  header: Header,
  fileKey: Uint8Array,
  crew: Crew,
): Promise<Brought> {
  const { input, output } = job;
  const plaintextSize = inputSize(input);
  const sharing = sharingOf(plaintextSize, crew);
  const beginning = concat([header.bytes, randomBytes(payloadNonceSize)]);
  const payloadKey = derivePayloadKey(fileKey, beginning.subarray(header.bytes.length));
  const size = armoredSize(beginning.length + sealedSize(plaintextSize));
  const target = outputTarget(output, size, sharing);
  const plaintext = await inputPlace(input, 0, sharing);
  const control = controlIn();
  try {
    return await watched(control, plaintextSize, job, async () => {
      await stream(
        {
          task: { kind: "encode", plaintextSize },
          armored: target.place(0),
          plaintext,
          beginning,
          payloadKey,
          control: control.memory,
        },
        sharing,
        crew,
      );
      await confirmEnd(input, crew.io);
      return { bytes: await target.finish(size), plaintextSize, resumedBytes: 0, threads: 1 };
    });
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    payloadKey.fill(0);
    await wipeCopy(plaintext, input);
  }
}

/** Decrypts an armored file. Only its end shows the length of the plaintext. */
export async function decryptArmored(job: DecryptJob, crew: Crew): Promise<Brought> {
  const { input, output, existing = "overwrite" } = job;
  const most = mostPlaintext(inputSize(input));
  const sharing = sharingOf(most, crew);
  const control = controlIn();
  const { beginning, payloadKey } = await beginningOf(input, job, crew);
  const target = outputTarget(output, most, sharing);
  try {
    return await watched(control, most, job, async () => {
      const plaintextSize = await stream(
        {
          task: { kind: "decode", existing },
          plaintext: target.place(0),
          armored: await inputPlace(input, 0, sharing),
          beginning,
          payloadKey,
          control: control.memory,
        },
        sharing,
        crew,
      );
      await confirmEnd(input, crew.io);
      const bytes = await target.finish(plaintextSize);
      return { bytes, plaintextSize, resumedBytes: control.resumedBytes(), threads: 1 };
    });
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    payloadKey.fill(0);
  }
}

/** Compares an armored file with its plaintext. */
export async function verifyArmored(job: VerifyJob, crew: Crew): Promise<Brought> {
  const { plaintext, encrypted } = job;
  const sharing = sharingOf(plaintext.size, crew);
  const control = controlIn();
  const { beginning, payloadKey } = await beginningOf(encrypted, job, crew);
  try {
    return await watched(control, plaintext.size, job, async () => {
      const plaintextSize = await stream(
        {
          task: { kind: "verify" },
          plaintext: await inputPlace(plaintext, 0, sharing),
          armored: await inputPlace(encrypted, 0, sharing),
          beginning,
          payloadKey,
          control: control.memory,
        },
        sharing,
        crew,
      );
      if (plaintextSize !== plaintext.size) {
        throw new AgeError("unverified-candidate", "it decrypts to something shorter");
      }
      await confirmEnd(plaintext, crew.io);
      await confirmEnd(encrypted, crew.io);
      return { bytes: null, plaintextSize, resumedBytes: 0, threads: 1 };
    });
  } finally {
    payloadKey.fill(0);
  }
}

/** Runs a stream in a worker, if it is long enough and one is free, else on this thread. */
async function stream(
  work: Omit<StreamJob, "kind" | "engine" | "runSize">,
  sharing: Sharing,
  crew: Crew,
): Promise<number> {
  const [worker] = sharing === "threads" ? crew.pool.lend(1) : [];
  const runSize = worker === undefined ? runSizeHere(crew) : crew.bufferSize();
  const payloadKey = copyOf(work.payloadKey);
  const job: StreamJob = { ...work, kind: "stream", engine: engine(), payloadKey, runSize };
  return worker === undefined ? runStream(job, crew.io, turn) : worker.run(job);
}

/** Decodes the beginning of an armored file. The caller wipes the payload key. */
async function beginningOf(
  input: Input,
  { header, fileKey }: { readonly header: Header; readonly fileKey: Uint8Array },
  { io }: Crew,
): Promise<{ readonly beginning: Uint8Array; readonly payloadKey: Uint8Array }> {
  const place = await inputPlace(input, 0, "one thread");
  const reader = new SourceReader(decodeArmor(smallPieces(place, io)));
  try {
    const beginning = await reader.take(header.bytes.length + payloadNonceSize);
    const nonce = beginning.subarray(header.bytes.length);
    return { beginning, payloadKey: derivePayloadKey(fileKey, nonce) };
  } finally {
    await reader.return();
  }
}

async function* smallPieces(place: BytePlace, io: Crew["io"]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(4096);
  for (let offset = 0, count; (count = await readPlace(place, [buffer], offset, io)) > 0;) {
    yield buffer.subarray(0, count);
    offset += count;
  }
}

/** Returns the most bytes of plaintext: at best, each four characters of armor hold three. */
function mostPlaintext(armored: number): number {
  return Math.floor((armored / 4) * 3);
}
