import { closeSync, constants, open as openDescriptor } from "node:fs";
import { open } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { AgeError } from "../../../age/errors";
import { runChild } from "../process/child";
import { pump } from "../process/pump";
import type { StagingFolder } from "./privateFolder";
import type { Reception } from "./socketPair";
import { type Receiver, receivingSocket } from "./receivingSocket";

/**
 * Makes a named pipe that nobody else can open, for a program that can't inherit a descriptor. Node
 * itself can't make one.
 *
 * @param within - the milliseconds after which it gives up.
 * @returns its path.
 * @throws AgeError "strategy-unable" if the file system has no named pipes, or is too slow.
 */
export async function makeNamedPipe(
  folder: StagingFolder,
  name: string,
  within = 10_000,
): Promise<string> {
  const path = join(folder.path, name);
  const run = {
    file: "/bin/sh",
    args: ["-c", 'command -p mkfifo -m 600 "$1"', "sh", path],
    cwd: folder.path,
    environment: {},
    ...{ stdin: null, stdout: null, inherited: [], bufferSize: 0 },
  };
  const late = AbortSignal.timeout(within);
  try {
    const { exitCode } = await runChild(run, late);
    if (exitCode === 0) return path;
  } catch (error) {
    if (!late.aborted) throw error;
  }
  throw new AgeError("strategy-unable", "no named pipe can be made in the private folder");
}

/** A transfer of bytes into a named pipe. */
export interface Sending {
  /** Stops it, however much was read. */
  close(): Promise<void>;
}

/** Writes bytes into a named pipe as soon as somebody opens its other end, and then ends it. */
export function sendInto(path: string, bytes: Uint8Array, size: number): Sending {
  let socket: Socket | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const look = async (): Promise<void> => {
    const fd = await writingEnd(path);
    if (isClosed) {
      if (fd !== null) closeSync(fd);
    } else if (fd === null) {
      timer = setTimeout(() => {
        looking = look();
      }, interval);
    } else {
      socket = new Socket({ fd, readable: false, writable: true });
      pump(bytes, socket, size);
    }
  };
  let looking = look();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await looking.catch(() => undefined);
      socket?.destroy();
    },
  };
}

/**
 * The time between two looks at whether the other end is open, in milliseconds. A wait in open(2)
 * would hold up one of Node's threads, and with it the end of this process.
 */
const interval = 2;

/** Opens the writing end. Returns null while nobody has the other end open. */
async function writingEnd(path: string): Promise<number | null> {
  try {
    return await descriptorOf(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Any other fault of a pipe just made shows when the program misses its input.
    return null;
  }
}

/** Joins a receiver to a named pipe that a program writes into. */
export async function receiveFrom(path: string, receiver: Receiver): Promise<Reception> {
  const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
  const fd = await descriptorOf(path, O_RDONLY | O_NONBLOCK);
  const own = receivingSocket(receiver, { fd, readable: true, writable: false });
  try {
    // Without a writer, the pipe would be at its end before the program has opened it.
    const holder = await open(path, O_WRONLY | O_NONBLOCK);
    return {
      drained: async (signal) => {
        await holder.close();
        await own.drained(signal);
      },
      close: async () => {
        own.socket.destroy();
        await holder.close();
      },
    };
  } catch (error) {
    own.socket.destroy();
    throw error;
  }
}

const descriptorOf: (path: string, flags: number) => Promise<number> = promisify(openDescriptor);
