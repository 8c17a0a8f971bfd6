type Listener = (event: unknown) => unknown;

/** Tells listeners of events. As with VS Code's EventEmitter, one that throws stops no other. */
export class Emitter {
  private readonly listeners = new Set<{ readonly tell: Listener }>();

  readonly event = (tell: Listener, self?: unknown): { dispose: () => void } => {
    const entry = { tell: self === undefined ? tell : tell.bind(self) };
    this.listeners.add(entry);
    return { dispose: () => this.listeners.delete(entry) };
  };

  fire(event?: unknown): void {
    for (const { tell } of [...this.listeners]) {
      try {
        tell(event);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** The errors that listeners threw, which a test looks at. */
export const failures: unknown[] = [];
