/**
 * The state that the lanes of one operation share across threads: the next run, the progress, and
 * whether to stop.
 */
export interface Control {
  /** The memory to hand to other threads. */
  readonly memory: SharedArrayBuffer;
  /** Takes the next run's number, which no other lane gets. Returns null if all must stop. */
  claim(): number | null;
  /** Starts over with the first run, for a second pass. No lane may be running. */
  restart(): void;
  /** Counts bytes of plaintext that are done now. */
  addDone(bytes: number): void;
  /** Counts bytes of plaintext that an earlier operation had done. They count as done as well. */
  addResumed(bytes: number): void;
  doneBytes(): number;
  resumedBytes(): number;
  /** Lets every lane end before it writes again. */
  stop(): void;
  isStopped(): boolean;
}

/** Makes a control in new memory, or in the memory of a control that another thread made. */
export function controlIn(memory = new SharedArrayBuffer(size)): Control {
  const words = new Int32Array(memory, 0, 2);
  const counts = new BigInt64Array(memory, 8, 2);
  const isStopped = (): boolean => Atomics.load(words, stopped) !== 0;
  const addDone = (bytes: number): void => {
    Atomics.add(counts, done, BigInt(bytes));
  };
  return {
    memory,
    claim: () => (isStopped() ? null : Atomics.add(words, next, 1)),
    restart: () => {
      Atomics.store(words, next, 0);
    },
    addDone,
    addResumed: (bytes) => {
      Atomics.add(counts, resumed, BigInt(bytes));
      addDone(bytes);
    },
    doneBytes: () => Number(Atomics.load(counts, done)),
    resumedBytes: () => Number(Atomics.load(counts, resumed)),
    stop: () => {
      Atomics.store(words, stopped, 1);
    },
    isStopped,
  };
}

/** The places in the memory: two numbers of 4 bytes, then two of 8. */
const next = 0;
const stopped = 1;
const done = 0;
const resumed = 1;
const size = 24;
