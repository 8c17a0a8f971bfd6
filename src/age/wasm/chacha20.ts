// ChaCha20 (RFC 8439 §2.3 and §2.4), around the batches of woven.ts.
import { initial, key, keystream } from "./layout";
import { batchSize, encrypt, startRounds } from "./woven";

/** Makes the initial state from the key in `key` and a nonce. The block counter is 0. */
export function startCipher(nonce: usize): void {
  v128.store(initial, i32x4(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574));
  v128.store(initial, v128.load(key), 16);
  v128.store(initial, v128.load(key, 16), 32);
  store<u32>(initial, 0, 48);
  store<u64>(initial, load<u64>(nonce), 52);
  store<u32>(initial, load<u32>(nonce, 8), 60);
  startRounds();
}

/** Sets the number of the next block of keystream. */
export function setBlockCounter(counter: u32): void {
  store<u32>(initial, counter, 48);
}

/** Puts a batch of keystream into `keystream`. */
export function nextKeystream(): void {
  memory.fill(keystream, 0, batchSize);
  encrypt(keystream, 1);
}

/** Encrypts the last bytes of a text in place. They are fewer than a batch. */
export function encryptRest(text: usize, length: u32): void {
  if (length === 0) return;
  nextKeystream();
  const vectors = length & ~15;
  for (let i: u32 = 0; i < vectors; i += 16) {
    v128.store(text + i, v128.xor(v128.load(text + i), v128.load(keystream + i)));
  }
  for (let i = vectors; i < length; i++) {
    store<u8>(text + i, load<u8>(text + i) ^ load<u8>(keystream + i));
  }
}
