import type { Disk } from "./disk";

/** Runs tasks on files one after another, whatever names the files are given by. */
export class FileQueues {
  private readonly spellings = new Map<string, Promise<unknown>>();
  private readonly files = new Map<string, Promise<unknown>>();

  constructor(private readonly disk: Pick<Disk, "realPath">) {}

  /** Runs a task on a file after those that wait for it, whether they failed or not. */
  async run<T>(path: string, task: () => Promise<T>): Promise<T> {
    // The real path takes a moment to find. The queue of the spelling keeps the order meanwhile.
    return inTurn(this.spellings, path, async () => {
      const file = await this.disk.realPath(path).catch(() => path);
      return inTurn(this.files, file, task);
    });
  }
}

/** Runs a task after those of its key, whether they failed or not. */
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
