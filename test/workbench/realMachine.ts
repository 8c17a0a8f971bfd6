import * as process from "node:process";
import type { Time } from "./clock";
import { Machine } from "./hostProcess";

/** The time of the real machine. */
class RealTime implements Time {
  get now(): number {
    return Date.now();
  }

  set(run: () => void, milliseconds: number): () => void {
    const timer = setTimeout(run, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  }

  advance(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

/** The real machine. This process is its only extension host. */
export class RealMachine extends Machine {
  constructor(home: string) {
    super(new RealTime(), home);
  }

  override add(): number {
    return process.pid;
  }
}
