import { once } from "node:events";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { connect, createServer, type OnReadOpts, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { StagingFolder } from "./ramFolder";
import { untilIdle } from "./untilIdle";

/** Who takes what a program writes. */
export interface Receiver {
  /** How many bytes have come. */
  size(): number;
  /** Where the next bytes are to go; it is never empty. */
  room(): Uint8Array;
  /** So many bytes have come into the room that was given last. */
  received(count: number): void;
}

/** What a program writes, on its way straight to where it is to stay. */
export interface Reception {
  /** Waits, when the program has ended, until all that it wrote has come. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** One by a pair of sockets. */
export interface SocketReception extends Reception {
  /** The program's stdout, until it is handed over. */
  readonly programEnd: Duplex;
}

/**
 * Joins a program to a receiver by a pair of sockets. The pipes that a child gets by itself hand over
 * pieces of 64 KiB, each in memory of its own, which have to be copied and zeroed: that takes twice as
 * long as encryption itself.
 *
 * @param folder - holds the name by which the two meet, for a moment.
 */
export async function receive(folder: StagingFolder, receiver: Receiver): Promise<SocketReception> {
  // The names of sockets have 107 bytes at most (unix(7)), whatever the folder's.
  const directory = await open(folder.path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await meet(`/proc/self/fd/${directory.fd}/s`, receiver);
  } finally {
    await directory.close();
  }
}

async function meet(path: string, receiver: Receiver): Promise<SocketReception> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(path);
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const own = connect({ path, onread: into(receiver) });
  const drained = drainedOf(own, receiver);
  try {
    await Promise.all([accepted, once(own, "connect")]);
  } catch (error) {
    own.destroy();
    throw error;
  } finally {
    server.close();
  }
  const [programEnd] = await accepted;
  return {
    programEnd,
    drained: () => {
      programEnd.destroy();
      return drained();
    },
    close: () => {
      programEnd.destroy();
      own.destroy();
      return Promise.resolve();
    },
  };
}

/** What has a socket read into the receiver's memory. */
export function into(receiver: Receiver): OnReadOpts {
  const callback = (count: number): boolean => {
    receiver.received(count);
    return true;
  };
  return { buffer: () => receiver.room(), callback };
}

/** What waits until all has come by a socket. */
export function drainedOf(socket: Socket, receiver: Receiver): () => Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  // What was not written is told by how the program ends.
  socket.on("error", () => undefined);
  return () => untilIdle(closed, () => receiver.size());
}
