import type { Disk } from "./disk";

/**
 * The queues of tasks on files. The tasks of one file run one after another, even if they name it
 * in different ways.
 */
export class FileQueues {
  private readonly spellings = new Map<string, Promise<unknown>>();
  private readonly files = new Map<string, Promise<unknown>>();

  constructor(private readonly disk: Pick<Disk, "realPath">) {}

  /** Runs a task after the earlier ones on the same file, even if those failed. */
  async run<T>(path: string, task: () => Promise<T>): Promise<T> {
    // Finding the real path takes a moment. Until then the queue of the spelling keeps the order.
    return inTurn(this.spellings, path, async () => {
      const file = await this.disk.realPath(path).catch(() => path);
      return inTurn(this.files, file, task);
    });
  }
}

/** Runs a task after the earlier ones with the same key, even if those failed. */
export async function inTurn<T>(
  queues: Map<string, Promise<unknown>>,
  key: string,
  task: () => Promise<T>,
): Promise<T> {
  const before = queues.get(key) ?? Promise.resolve();
  const result = before.then(task, task);
  const settled = result.catch(() => undefined);
  queues.set(key, settled);
  try {
    return await result;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}
