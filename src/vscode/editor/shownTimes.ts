/**
 * The most files whose times differ from those on the disk. If VS Code still knows a time that was
 * forgotten, it reads that file once more.
 */
const most = 1000;

/** The file times reported to VS Code: it does not read a version whose time it knows. */
export class ShownTimes {
  /** The versions with a later time, those renewed longest ago first. */
  private readonly later = new Map<string, { readonly time: number; readonly by: number }>();

  /** Changes the time reported for a version, so that VS Code reads it once more. */
  renew(path: string, time: number): void {
    const by = this.steps(path, time) + 1;
    this.later.delete(path);
    this.later.set(path, { time, by });
    const [oldest] = this.later.keys();
    if (this.later.size > most && oldest !== undefined) this.later.delete(oldest);
  }

  /** Finds the time to report for a version, in whole milliseconds. */
  of(path: string, time: number): number {
    return Math.floor(time) + this.steps(path, time);
  }

  private steps(path: string, time: number): number {
    const later = this.later.get(path);
    return later?.time === time ? later.by : 0;
  }
}
