/**
 * A source of bytes in pieces of any length. A piece belongs to its producer again as soon as the
 * consumer asks for the next one, so a consumer copies what it wants to keep.
 */
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * A reader that can look ahead in a source, and is itself the source of the rest.
 *
 * Unlike a generator, it closes its source even if nobody ever read from it, and also when its
 * signal aborts it.
 */
export class SourceReader implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  /** The pieces that were given back. The last one is read first. */
  readonly #unread: Uint8Array[] = [];
  #ended = false;

  /**
   * @param source - the source to read, which the reader closes.
   * @param signal - checked before each piece. The reader throws its reason.
   */
  constructor(source: Source, signal?: AbortSignal) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.#signal = signal;
  }

  /** Returns the next piece, which is never empty. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#signal?.aborted === true) await this.return();
    this.#signal?.throwIfAborted();
    const unread = this.#unread.pop();
    if (unread !== undefined) return { done: false, value: unread };
    while (!this.#ended) {
      const result = await this.#iterator.next();
      if (result.done === true) this.#ended = true;
      else if (result.value.length > 0) return { done: false, value: result.value };
    }
    return { done: true, value: undefined };
  }

  /** Closes the source and gives up the bytes that were not read. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#unread.length = 0;
    if (!this.#ended) {
      this.#ended = true;
      await this.#iterator.return?.();
    }
    return { done: true, value: undefined };
  }

  /** Gives bytes back, so that they are read next. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#unread.push(bytes);
  }

  /** Takes `length` bytes, or fewer if the source ends earlier. The result is a copy. */
  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { value: piece } = await this.next();
      if (piece === undefined) break;
      const head = piece.subarray(0, length - filled);
      taken.set(head, filled);
      filled += head.length;
      this.unread(piece.subarray(head.length));
    }
    return taken.subarray(0, filled);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** The position of a chunk: the last one of its source, or one with others after it. */
export type ChunkPosition = "inner" | "last";

/** A part of a source. It has the exact size, unless it is the last one. */
export interface Chunk {
  /** The chunk's bytes, valid until the consumer asks for the next chunk. */
  readonly bytes: Uint8Array;
  readonly position: ChunkPosition;
}

/**
 * Cuts a source into chunks of `size` bytes. The last one is shorter or full, and empty only if the
 * whole source is. It yields a chunk only after it has seen a byte behind it, or the end: before,
 * it cannot know whether the chunk is the last.
 */
export async function* chunksOf(source: Source, size: number): AsyncGenerator<Chunk> {
  const held = new Uint8Array(size);
  let filled = 0;
  try {
    for await (const piece of source) {
      let rest = piece;
      if (filled > 0) {
        const head = rest.subarray(0, size - filled);
        held.set(head, filled);
        filled += head.length;
        rest = rest.subarray(head.length);
        if (rest.length === 0) continue;
        yield { bytes: held, position: "inner" };
      }
      for (; rest.length > size; rest = rest.subarray(size)) {
        yield { bytes: rest.subarray(0, size), position: "inner" };
      }
      held.set(rest);
      filled = rest.length;
    }
    yield { bytes: held.subarray(0, filled), position: "last" };
  } finally {
    held.fill(0);
  }
}

/**
 * Reads a source to its end and joins its pieces in a new buffer. It zeroes its other buffers,
 * since they may contain plaintext.
 */
export async function collect(source: Source): Promise<Uint8Array> {
  let buffer = new Uint8Array(0);
  let filled = 0;
  try {
    for await (const piece of source) {
      if (filled + piece.length > buffer.length) {
        const larger = new Uint8Array(Math.max(filled + piece.length, buffer.length * 2));
        larger.set(buffer.subarray(0, filled));
        buffer.fill(0);
        buffer = larger;
      }
      buffer.set(piece, filled);
      filled += piece.length;
    }
    if (filled === buffer.length) {
      const whole = buffer;
      buffer = new Uint8Array(0);
      return whole;
    }
    return buffer.slice(0, filled);
  } finally {
    buffer.fill(0);
  }
}
