/** The file times reported to VS Code: it does not read a version whose time it knows. */
export class ShownTimes {
  private readonly later = new Map<string, { readonly time: number; readonly by: number }>();

  /** Changes the time reported for a version, so that VS Code reads it once more. */
  renew(path: string, time: number): void {
    this.later.set(path, { time, by: this.steps(path, time) + 1 });
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
