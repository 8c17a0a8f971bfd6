import { once } from "node:events";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { StagingFolder } from "./privateFolder";
import { type Receiver, type ReceivingSocket, receivingSocket } from "./receivingSocket";

/** The reception of a program's output, straight into the place where it is to stay. */
export interface Reception {
  /** As that of a {@link ReceivingSocket}. */
  readonly drained: ReceivingSocket["drained"];
  close(): Promise<void>;
}

/** One by a pair of sockets. */
export interface SocketReception extends Reception {
  /** The program's stdout, until it is handed over. */
  readonly programEnd: Duplex;
}

/**
 * Joins a program to a receiver by a pair of sockets. The pipes that a child gets by itself hand
 * over pieces of 64 KiB, each in memory of its own, which have to be copied and zeroed: that takes
 * twice as long as encryption itself.
 *
 * @param folder - holds the name by which the two meet, for a moment.
 */
export async function receive(folder: StagingFolder, receiver: Receiver): Promise<SocketReception> {
  // The names of sockets have 107 bytes at most (unix(7)), whatever the folder's.
  const directory = await open(folder.path, constants.O_RDONLY | constants.O_DIRECTORY);
  const own = receivingSocket(receiver);
  try {
    const programEnd = await meet(`/proc/self/fd/${directory.fd}/s`, own.socket);
    return {
      programEnd,
      drained: (signal) => {
        programEnd.destroy();
        return own.drained(signal);
      },
      close: () => {
        programEnd.destroy();
        own.socket.destroy();
        return Promise.resolve();
      },
    };
  } catch (error) {
    own.socket.destroy();
    throw error;
  } finally {
    await directory.close();
  }
}

/** @returns the other end of a socket, which gets connected. */
async function meet(path: string, own: Socket): Promise<Socket> {
  const server = createServer({ pauseOnConnect: true });
  try {
    server.listen(path);
    await once(server, "listening");
    const accepted = once(server, "connection") as Promise<[Socket]>;
    // VS Code replaces net.connect by one that may lose how the socket reads.
    own.connect({ path });
    const [[programEnd]] = await Promise.all([accepted, once(own, "connect")]);
    return programEnd;
  } finally {
    server.close();
  }
}
