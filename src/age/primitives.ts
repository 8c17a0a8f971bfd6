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
import { concat, copyOf, plain, utf8 } from "./bytes";

/** Returns cryptographically strong random bytes. */
export function randomBytes(length: number): Uint8Array {
  return plain(nodeRandomBytes(length));
}

/** A SHA-256 of bytes that come in pieces. */
export interface Sha256Hasher {
  update(piece: Uint8Array): void;
  /** Returns the hash in hex. Nothing can be added afterwards. */
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

/** Returns the SHA-256 (FIPS 180-4) of the joined pieces, in hex. */
export function sha256Hex(...pieces: readonly Uint8Array[]): string {
  const hasher = sha256Hasher();
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest();
}

/** Computes HMAC-SHA-256 (RFC 2104) of the joined parts. */
export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

/**
 * Computes HKDF-SHA-256 (RFC 5869) with an output of 32 bytes. Every key that age derives has this
 * length, so the expansion is a single block.
 */
export function hkdf(ikm: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  const prk = hmac(salt, ikm);
  const okm = hmac(prk, utf8(info), Uint8Array.of(1));
  prk.fill(0);
  return okm;
}

/**
 * Decodes standard Base64 (RFC 4648 §4) into `output` from `at` on, with the runtime's decoder. It
 * is several times faster than one in JavaScript. It is not strict: it skips characters outside the
 * alphabet.
 *
 * @returns the number of bytes written. It is 0 if the text has characters of the other alphabet
 * (§5), which the decoder would accept.
 */
export function decodeBase64Loosely(text: Uint8Array, output: Uint8Array, at: number): number {
  const characters = buffer(text);
  if (characters.includes(0x2d) || characters.includes(0x5f)) return 0;
  return buffer(output).write(characters.toString("latin1"), at, "base64");
}

/** Compares two texts in a time that depends only on their length. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Computes scrypt (RFC 7914) with r = 8, p = 1 and 32 bytes of output, off the main thread. It uses
 * 2^logN KiB of memory. An abort rejects at once. Nothing can stop the computation itself, so its
 * result is zeroed then.
 *
 * @throws an Error if there is not enough memory.
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

/** An imported X25519 private key. The runtime clears its memory when it collects it. */
export type X25519PrivateKey = KeyObject;

/** Imports an X25519 private key of 32 bytes. This takes longer than a use of the key. */
export function importX25519(privateKey: Uint8Array): X25519PrivateKey {
  const pkcs8 = concat([pkcs8Prefix, privateKey]);
  try {
    return createPrivateKey({ key: buffer(pkcs8), format: "der", type: "pkcs8" });
  } finally {
    pkcs8.fill(0);
  }
}

/**
 * Computes X25519 (RFC 7748 §5) of a private key and a public key of 32 bytes.
 *
 * @returns the shared secret, or null if it is all zero, as with a public key of low order.
 */
export function x25519(privateKey: X25519PrivateKey, publicKey: Uint8Array): Uint8Array | null {
  const spki = concat([spkiPrefix, publicKey]);
  const other = createPublicKey({ key: buffer(spki), format: "der", type: "spki" });
  let shared: Uint8Array;
  try {
    shared = plain(diffieHellman({ privateKey, publicKey: other }));
  } catch {
    // OpenSSL and BoringSSL refuse to return a secret of zeros. Nothing else can fail here.
    return null;
  }
  return shared.some((byte) => byte !== 0) ? shared : null;
}

/** Returns the public key of an X25519 private key, 32 bytes. */
export function x25519PublicKey(privateKey: X25519PrivateKey): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return copyOf(spki.subarray(spkiPrefix.length));
}

/** The bytes before the 32 bytes of an X25519 key in its DER encoding (RFC 8410 §7 and §4). */
const pkcs8Prefix = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);
const spkiPrefix = Uint8Array.from([48, 42, 48, 5, 6, 3, 43, 101, 110, 3, 33, 0]);

/** Returns the same memory as a Buffer. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
