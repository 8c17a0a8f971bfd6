/** The milliseconds without a change after which a draft is made. */
const quietMilliseconds = 300;
/**
 * The milliseconds after a change within which it is in a draft, even while the user keeps typing.
 */
const longestMilliseconds = 2000;
/** The milliseconds after which a draft that could not be written is tried again. */
const retryMilliseconds = 10_000;

/** The drafts still to be made, each at its time. */
export class DraftTimers {
  private readonly waiting = new Map<string, { timer: NodeJS.Timeout; since: number }>();

  /** @param onDue - makes the draft of a file. */
  constructor(private readonly onDue: (path: string) => void) {}

  /** The files whose drafts are still to be made. */
  get paths(): readonly string[] {
    return [...this.waiting.keys()];
  }

  /** Makes a draft soon after a change: once the typing pauses, or at the latest time. */
  wait(path: string): void {
    const since = this.waiting.get(path)?.since ?? performance.now();
    const left = since + longestMilliseconds - performance.now();
    this.start(path, Math.min(quietMilliseconds, left), since);
  }

  /** Tries a draft again later. */
  retry(path: string): void {
    this.start(path, retryMilliseconds, performance.now());
  }

  stop(path: string): void {
    clearTimeout(this.waiting.get(path)?.timer);
    this.waiting.delete(path);
  }

  private start(path: string, milliseconds: number, since: number): void {
    this.stop(path);
    const timer = setTimeout(() => {
      this.onDue(path);
    }, milliseconds);
    this.waiting.set(path, { timer, since });
  }
}
