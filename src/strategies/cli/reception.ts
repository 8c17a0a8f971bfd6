import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { StagingFolder } from "./ramFolder";
import { untilIdle } from "./untilIdle";

/** Who takes what a program writes. */
export interface Receiver {
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
  const path = join(folder.path, "s");
  const server = createServer({ pauseOnConnect: true });
  server.listen(path);
  await once(server, "listening");
  let count = 0;
  const callback = (length: number): boolean => {
    count += length;
    receiver.received(length);
    return true;
  };
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const own = connect({ path, onread: { buffer: () => receiver.room(), callback } });
  const closed = new Promise<void>((resolve) => own.once("close", resolve));
  // What was not written is told by how the program ends.
  own.on("error", () => undefined);
  const [programEnd] = await accepted;
  server.close();
  return {
    programEnd,
    drained: () => {
      programEnd.destroy();
      return untilIdle(closed, () => count);
    },
    close: () => {
      programEnd.destroy();
      own.destroy();
      return Promise.resolve();
    },
  };
}
