import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  scrypt as nodeScrypt,
  timingSafeEqual,
} from "node:crypto";
import { concat, copyOf, utf8 } from "./bytes";

/** Cryptographically strong random bytes. */
export function randomBytes(length: number): Uint8Array {
  return plain(nodeRandomBytes(length));
}

/** SHA-256 of a text that comes in pieces. */
export interface Sha256Hasher {
  update(piece: Uint8Array): void;
  /** The hash in hex; nothing can be added afterwards. */
  digest(): string;
}

/** Starts a SHA-256 (FIPS 180-4). */
export function sha256Hasher(): Sha256Hasher {
  const hash = createHash("sha256");
  return {
    update: (piece) => {
      hash.update(piece);
    },
    digest: () => hash.digest("hex"),
  };
}

/** HMAC-SHA-256 (RFC 2104). */
export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

/**
 * HKDF-SHA-256 (RFC 5869) with an output of 32 bytes, the length of every key that age derives: the
 * expansion then is a single block.
 */
export function hkdf(ikm: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  const prk = hmac(salt, ikm);
  const okm = hmac(prk, utf8(info), Uint8Array.of(1));
  prk.fill(0);
  return okm;
}

/**
 * Decodes standard Base64 (RFC 4648 §4) into `output` from `at` on, by the runtime's decoder:
 * several times faster than one in JavaScript, and not strict, since it passes over what is not of
 * the alphabet.
 *
 * @returns how many bytes it wrote; none if the text has characters of the other alphabet (§5),
 * which the decoder would take.
 */
export function decodeBase64Loosely(text: Uint8Array, output: Uint8Array, at: number): number {
  const characters = buffer(text);
  if (characters.includes(0x2d) || characters.includes(0x5f)) return 0;
  return buffer(output).write(characters.toString("latin1"), at, "base64");
}

/** Compares two texts in a time that depends on nothing but their length. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * scrypt (RFC 7914) with r = 8, p = 1 and 32 bytes of output, computed off the main thread. It uses
 * 2^logN KiB of memory. An abort rejects at once; the computation itself cannot be stopped, and its
 * result is zeroed.
 *
 * @throws an Error if the memory is not there.
 */
export function scrypt(
  passphrase: Uint8Array,
  salt: Uint8Array,
  logN: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const cost = 2 ** logN;
  // OpenSSL counts 128·r bytes for each of the N entries of its table and a few more beside it.
  const options = { cost, blockSize: 8, parallelization: 1, maxmem: 128 * 8 * (cost + 4) };
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = (): void => {
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", abort, { once: true });
    nodeScrypt(passphrase, salt, 32, options, (error, key) => {
      signal?.removeEventListener("abort", abort);
      if (error !== null) reject(error);
      else if (signal?.aborted === true) key.fill(0);
      else resolve(plain(key));
    });
  });
}

/** An imported X25519 private key. Its memory is cleared when it is collected. */
export type X25519PrivateKey = KeyObject;

/** Imports an X25519 private key of 32 bytes, which takes longer than what is done with it. */
export function importX25519(privateKey: Uint8Array): X25519PrivateKey {
  const pkcs8 = concat([pkcs8Prefix, privateKey]);
  try {
    return createPrivateKey({ key: buffer(pkcs8), format: "der", type: "pkcs8" });
  } finally {
    pkcs8.fill(0);
  }
}

/**
 * X25519 (RFC 7748 §5) of a private key and a public key of 32 bytes.
 *
 * @returns the shared secret, or null if it is all zero, as of a public key of low order.
 */
export function x25519(privateKey: X25519PrivateKey, publicKey: Uint8Array): Uint8Array | null {
  const spki = concat([spkiPrefix, publicKey]);
  const other = createPublicKey({ key: buffer(spki), format: "der", type: "spki" });
  let shared: Uint8Array;
  try {
    shared = plain(diffieHellman({ privateKey, publicKey: other }));
  } catch {
    // OpenSSL and BoringSSL refuse to return a secret of zeros; nothing else can fail here.
    return null;
  }
  return shared.some((byte) => byte !== 0) ? shared : null;
}

/** The public key of an X25519 private key, 32 bytes. */
export function x25519PublicKey(privateKey: X25519PrivateKey): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return copyOf(spki.subarray(spkiPrefix.length));
}

/** RFC 8410 §7 and §4: what stands before the 32 bytes of an X25519 key in its DER encoding. */
const pkcs8Prefix = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);
const spkiPrefix = Uint8Array.from([48, 42, 48, 5, 6, 3, 43, 101, 110, 3, 33, 0]);

/** The same memory as a Buffer. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory as a Uint8Array that is not a Buffer. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
