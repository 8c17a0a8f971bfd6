import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  getCiphers,
  randomBytes as nodeRandomBytes,
  scrypt as nodeScrypt,
  timingSafeEqual,
} from "node:crypto";
import { concat, copyOf, utf8 } from "./bytes";

/** What computes ChaCha20-Poly1305. */
export type Engine = "openssl" | "portable";

/** ChaCha20-Poly1305 (RFC 8439 §2.8) under one key, without additional data. */
export interface Aead {
  /** Encrypts; the tag is the last 16 bytes of the result, which is a buffer of its own. */
  seal(nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Decrypts into a buffer of its own, or returns null if the tag does not fit. */
  open(nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
  /** Forgets the key, as far as it lies in a buffer of ours. */
  wipe(): void;
}

/** Length of the tag that ends a sealed text, in bytes. */
export const tagSize = 16;

/**
 * Which engine computes ChaCha20-Poly1305. It is chosen once: OpenSSL's, if this runtime has it and
 * it gives a known answer; Electron's BoringSSL has the cipher only behind an interface that Node
 * does not use.
 */
export function engine(): Engine {
  chosen ??= passesKnownAnswer(openssl) ? "openssl" : "portable";
  return chosen;
}

/** Makes the next ciphers use this engine; null chooses again at the next use. For tests. */
export function forceEngine(forced: Engine | null): void {
  chosen = forced;
}

/** ChaCha20-Poly1305 under a key of 32 bytes, which is copied. */
export function aead(key: Uint8Array): Aead {
  return (engine() === "openssl" ? openssl : portable)(key);
}

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

/**
 * X25519 (RFC 7748 §5) of a private and a public key, both of 32 bytes.
 *
 * @returns the shared secret, or null if it is all zero, as of a public key of low order.
 */
export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  const key = privateKeyObject(privateKey);
  const spki = concat([spkiPrefix, publicKey]);
  const other = createPublicKey({ key: buffer(spki), format: "der", type: "spki" });
  let shared: Uint8Array;
  try {
    shared = plain(diffieHellman({ privateKey: key, publicKey: other }));
  } catch {
    // OpenSSL and BoringSSL refuse to return a secret of zeros; nothing else can fail here.
    return null;
  }
  return shared.some((byte) => byte !== 0) ? shared : null;
}

/** The public key of an X25519 private key, both of 32 bytes. */
export function x25519PublicKey(privateKey: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKeyObject(privateKey)).export({
    format: "der",
    type: "spki",
  });
  return copyOf(spki.subarray(spkiPrefix.length));
}

let chosen: Engine | null = null;

const cipherName = "chacha20-poly1305";

function openssl(key: Uint8Array): Aead {
  // A key object is imported once; raw bytes would be imported again for each chunk.
  const secret = createSecretKey(key);
  const options = { authTagLength: tagSize };
  return {
    seal(nonce, plaintext) {
      const cipher = createCipheriv(cipherName, secret, nonce, options);
      const body = cipher.update(plaintext);
      cipher.final();
      return concat([body, cipher.getAuthTag()]);
    },
    open(nonce, ciphertext) {
      if (ciphertext.length < tagSize) return null;
      const end = ciphertext.length - tagSize;
      const decipher = createDecipheriv(cipherName, secret, nonce, options);
      decipher.setAuthTag(ciphertext.subarray(end));
      const plaintext = plain(decipher.update(ciphertext.subarray(0, end)));
      try {
        decipher.final();
      } catch {
        plaintext.fill(0);
        return null;
      }
      return plaintext;
    },
    wipe() {
      // OpenSSL clears the key object's memory when it is collected.
    },
  };
}

function portable(key: Uint8Array): Aead {
  const secret = copyOf(key);
  return {
    seal: (nonce, plaintext) => chacha20poly1305(secret, nonce).encrypt(plaintext),
    open(nonce, ciphertext) {
      if (ciphertext.length < tagSize) return null;
      try {
        return chacha20poly1305(secret, nonce).decrypt(ciphertext);
      } catch {
        return null;
      }
    },
    wipe() {
      secret.fill(0);
    },
  };
}

/** Seals and opens a text whose sealed form is known, and has a false tag refused. */
function passesKnownAnswer(implementation: (key: Uint8Array) => Aead): boolean {
  if (!getCiphers().includes(cipherName)) return false;
  try {
    const cipher = implementation(Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i));
    const nonce = new Uint8Array(12);
    const sealed = cipher.seal(nonce, new Uint8Array(tagSize));
    if (hex(sealed) !== knownAnswer) return false;
    if (cipher.open(nonce, sealed)?.every((byte) => byte === 0) !== true) return false;
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    return cipher.open(nonce, sealed) === null;
  } catch {
    return false;
  }
}

/** Sixteen zeros under the key 80 81 … 9f and a nonce of zeros. */
const knownAnswer = "2a5c1aad3e5aeecbcd3125ffa4ddad2adb5488427a3138f072114943b892b99a";

/** RFC 8410 §7 and §4: what stands before the 32 bytes of an X25519 key in its DER encoding. */
const pkcs8Prefix = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);
const spkiPrefix = Uint8Array.from([48, 42, 48, 5, 6, 3, 43, 101, 110, 3, 33, 0]);

function privateKeyObject(privateKey: Uint8Array): ReturnType<typeof createPrivateKey> {
  const pkcs8 = concat([pkcs8Prefix, privateKey]);
  try {
    return createPrivateKey({ key: buffer(pkcs8), format: "der", type: "pkcs8" });
  } finally {
    pkcs8.fill(0);
  }
}

function hex(bytes: Uint8Array): string {
  return buffer(bytes).toString("hex");
}

/** The same memory as a Buffer. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory as a Uint8Array that is not a Buffer. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
