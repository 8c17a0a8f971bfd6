/** The turns in which drafts are made or dropped: one at a time for each file. */
export class DraftTurns {
  private readonly turns = new Map<string, { isDue: boolean; done: Promise<void> }>();

  /** @param work - makes or drops the draft of a file. It begins in the call that takes a turn. */
  constructor(private readonly work: (path: string) => Promise<void>) {}

  /** The turns under way. */
  get running(): readonly Promise<void>[] {
    return [...this.turns.values()].map(({ done }) => done);
  }

  /** Takes a turn. If one is under way, it does the work once more before it ends. */
  take(path: string): Promise<void> {
    const running = this.turns.get(path);
    if (running !== undefined) {
      running.isDue = true;
      return running.done;
    }
    const turn = { isDue: true, done: Promise.resolve() };
    this.turns.set(path, turn);
    turn.done = this.run(path, turn);
    return turn.done;
  }

  private async run(path: string, turn: { isDue: boolean }): Promise<void> {
    // Nothing may come between the last look at the flag and the end of the turn.
    try {
      while (turn.isDue) {
        turn.isDue = false;
        await this.work(path);
      }
    } finally {
      this.turns.delete(path);
    }
  }
}
