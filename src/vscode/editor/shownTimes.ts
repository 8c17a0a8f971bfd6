/** The times of files that VS Code is told of: it reads no version whose time it knows. */
export class ShownTimes {
  private readonly later = new Map<string, { readonly time: number; readonly by: number }>();

  /** Has a version's time differ from what was told of it, so that it is read once more. */
  renew(path: string, time: number): void {
    this.later.set(path, { time, by: this.steps(path, time) + 1 });
  }

  /** The time to tell of a version, in whole milliseconds. */
  of(path: string, time: number): number {
    return Math.floor(time) + this.steps(path, time);
  }

  private steps(path: string, time: number): number {
    const later = this.later.get(path);
    return later?.time === time ? later.by : 0;
  }
}
