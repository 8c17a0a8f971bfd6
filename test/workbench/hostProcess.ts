import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as fsPromises from "node:fs/promises";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as process from "node:process";
import type { Time } from "./clock";

/** Loads modules of Node; they don't depend on where this file lies. */
const nodeRequire = createRequire(process.execPath);

/** The processes of a machine that exists only in a test, and the real ones besides. */
export class Machine {
  private readonly ids = new Map<number, HostProcess>();
  /** Real ids are smaller (proc(5), pid_max). */
  private last = 2 ** 23;

  constructor(
    readonly clock: Time,
    /** The home folder of its user. */
    readonly home: string,
  ) {}

  /** Adds a process. @returns its id. */
  add(one: HostProcess): number {
    this.ids.set(++this.last, one);
    return this.last;
  }

  /** Signals a process, as kill(2) does. */
  kill = (pid: number, signal?: string | number): true => {
    const known = this.ids.get(pid);
    if (known === undefined) return process.kill(pid, signal);
    if (known.isAlive) return true;
    throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
  };

  /** Returns the content of /proc/PID/stat; null for a real process. */
  stat(pid: number): string | null {
    const known = this.ids.get(pid);
    if (known === undefined) return null;
    if (!known.isAlive) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    return `${pid} (host) ${"S ".repeat(19)}${pid} 0`;
  }
}

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * An extension host. It lends an extension the modules of Node and the globals. Once it is killed,
 * nothing that it began goes on: no timer fires, no call to the disk begins, and none returns.
 */
export class HostProcess {
  isAlive = true;
  readonly pid: number;
  /** The number of unfinished calls to the disk, messages and turns of the event loop. */
  running = 0;
  /** A promise that fails when the process dies, and never settles otherwise. */
  readonly death: Promise<never>;
  private die: (reason: Error) => void = () => undefined;
  private readonly open = new Set<fsPromises.FileHandle>();
  private readonly watchers = new Set<fs.FSWatcher>();

  constructor(readonly machine: Machine) {
    this.pid = machine.add(this);
    this.death = new Promise((_, reject) => {
      this.die = reject;
    });
    this.death.catch(() => undefined);
  }

  /** Ends it as SIGKILL does, after the calls to the disk that the kernel has already begun. */
  async kill(): Promise<void> {
    this.isAlive = false;
    this.die(new Error("Canceled"));
    for (const watcher of this.watchers) watcher.close();
    await this.quiet(() => this.running === 0);
    for (const handle of this.open) await handle.close().catch(() => undefined);
  }

  /** Waits until all work that ends by itself has ended. */
  readonly settled = async (): Promise<void> => {
    let turns = 0;
    await this.quiet(() => {
      turns = this.running > 0 ? 0 : turns + 1;
      return turns === 4;
    });
  };

  /** Does work as a part of this process. Once the process is dead, no work begins or returns. */
  guard<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.isAlive) return;
      this.running++;
      const end = (settle: () => void): void => {
        this.running--;
        if (this.isAlive) settle();
      };
      void (async () => {
        try {
          const value = await work();
          end(() => {
            resolve(value);
          });
        } catch (error) {
          end(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        }
      })();
    });
  }

  /** Runs something in a later turn of the event loop. */
  later(run: () => void): void {
    void this.guard(turn).then(run);
  }

  /** The globals of an extension that tell the time or wait. */
  get globals(): Readonly<Record<string, unknown>> {
    const { clock } = this.machine;
    const began = clock.now;
    const set = (run: AnyFunction, milliseconds = 0, ...args: unknown[]): Handle => {
      const fire = (): void => {
        if (this.isAlive) run(...args);
      };
      return new Handle(clock.set(fire, milliseconds));
    };
    const repeat = (run: AnyFunction, milliseconds = 0): Handle => {
      const handle = new Handle(() => undefined);
      const again = (): void => {
        handle.clear = clock.set(() => {
          if (!this.isAlive) return;
          run();
          again();
        }, milliseconds);
      };
      again();
      return handle;
    };
    const clear = (handle?: Handle): void => handle?.clear();
    return {
      ...{ setTimeout: set, setInterval: repeat, clearTimeout: clear, clearInterval: clear },
      setImmediate: (run: AnyFunction, ...args: unknown[]) => {
        this.later(() => {
          run(...args);
        });
      },
      performance: { now: () => clock.now - began },
      Date: dateOf(clock),
      process: this.process,
    };
  }

  /** Loads a module of Node, or this machine's replacement for it. */
  require = (name: string): unknown => {
    switch (name) {
      case "node:fs":
        return { ...fs, ...this.fs, promises: undefined };
      case "node:fs/promises":
        return this.fsPromises;
      case "node:process":
        return this.process;
      case "node:os":
        return { ...os, homedir: () => this.machine.home, tmpdir: () => this.machine.home };
      case "node:crypto":
        return { ...crypto, scrypt: this.scrypt };
      case "node:timers/promises":
        return { setTimeout: this.pause };
      default:
        return nodeRequire(name);
    }
  };

  private async quiet(isQuiet: () => boolean): Promise<void> {
    const began = performance.now();
    do {
      await turn();
      if (performance.now() - began > longestWork) throw new Error("the extension never rests");
    } while (!isQuiet());
  }

  private get process(): object {
    const { machine, pid } = this;
    const { version, versions, platform, arch } = process;
    return { ...process, version, versions, platform, arch, pid, kill: machine.kill, env: {} };
  }

  private get fs(): object {
    return {
      readFileSync: (path: string, ...rest: unknown[]) => {
        const pid = /^\/proc\/(\d+)\/stat$/.exec(path)?.[1];
        const told = pid === undefined ? null : this.machine.stat(Number(pid));
        return told ?? (fs.readFileSync as AnyFunction)(path, ...rest);
      },
      watch: (path: string, options: fs.WatchOptions, listener: fs.WatchListener<string>) => {
        const watcher = fs.watch(path, options, (...event) => {
          if (this.isAlive) listener(...event);
        });
        this.watchers.add(watcher);
        return watcher;
      },
    };
  }

  private get fsPromises(): object {
    const guarded = Object.entries(fsPromises)
      .filter(([, value]) => typeof value === "function")
      .map(([name, value]) => {
        const call = value as AnyFunction;
        return [name, (...args: unknown[]) => this.guard(() => call(...args))] as const;
      });
    const open = async (...args: Parameters<typeof fsPromises.open>) => {
      const handle = await this.guard(async () => {
        const opened = await fsPromises.open(...args);
        this.open.add(opened);
        return opened;
      });
      return this.guardedHandle(handle);
    };
    // A folder is read piece by piece, but counts as one call.
    const opendir = (...args: Parameters<typeof fsPromises.opendir>) =>
      this.guard(async () => {
        const listed: fs.Dirent[] = [];
        for await (const entry of await fsPromises.opendir(...args)) listed.push(entry);
        return listed;
      });
    return { ...Object.fromEntries(guarded), constants: fsPromises.constants, open, opendir };
  }

  private guardedHandle(handle: fsPromises.FileHandle): fsPromises.FileHandle {
    return new Proxy(handle, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) =>
          this.guard(() => {
            if (key === "close") this.open.delete(target);
            return (value as AnyFunction).apply(target, args);
          });
      },
    });
  }

  private readonly scrypt = (...args: unknown[]): void => {
    const done = args.pop() as AnyFunction;
    const work = new Promise<unknown[]>((resolve) => {
      (crypto.scrypt as unknown as AnyFunction)(...args, (...outcome: unknown[]) => {
        resolve(outcome);
      });
    });
    void this.guard(() => work).then((outcome) => done(...outcome));
  };

  private readonly pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      this.machine.clock.set(() => {
        if (this.isAlive) resolve();
      }, milliseconds);
    });
}

/** The longest time, in milliseconds, that work takes unless it is an endless loop. */
const longestWork = 20_000;

/** A timer, as Node gives it. */
class Handle {
  constructor(public clear: () => void) {}
  unref = (): this => this;
  ref = (): this => this;
}

/** Waits for the next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function dateOf(clock: Time): DateConstructor {
  return class extends Date {
    constructor(...args: [] | [number | string]) {
      if (args.length === 0) super(clock.now);
      else super(...args);
    }

    static override now(): number {
      return Math.floor(clock.now);
    }
  } as unknown as DateConstructor;
}
