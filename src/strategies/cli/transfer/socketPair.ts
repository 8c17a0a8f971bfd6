import { once } from "node:events";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { StagingFolder } from "./privateFolder";
import { type Receiver, type ReceivingSocket, receivingSocket } from "./receivingSocket";

/** The reception of a program's output, straight into its final place. */
export interface Reception {
  /** Waits as {@link ReceivingSocket.drained} does. */
  readonly drained: ReceivingSocket["drained"];
  close(): Promise<void>;
}

/** A reception by a pair of sockets. */
export interface SocketReception extends Reception {
  /** The program's stdout, until the program has it. */
  readonly programEnd: Duplex;
}

/**
 * Joins a program to a receiver by a pair of sockets. The usual pipes of a child process hand over
 * pieces of 64 KiB, each in new memory. To copy and zero them takes twice as long as encryption
 * itself.
 *
 * @param folder - contains, for a moment, the name by which the two sockets meet.
 */
export async function receive(folder: StagingFolder, receiver: Receiver): Promise<SocketReception> {
  // The name of a socket has at most 107 bytes (unix(7)), however long the folder's name is.
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

/**
 * Connects a socket.
 *
 * @returns the other end.
 */
async function meet(path: string, own: Socket): Promise<Socket> {
  const server = createServer({ pauseOnConnect: true });
  try {
    server.listen(path);
    await once(server, "listening");
    const accepted = once(server, "connection") as Promise<[Socket]>;
    // VS Code replaces net.connect by a function that may lose the socket's way of reading.
    own.connect({ path });
    const [[programEnd]] = await Promise.all([accepted, once(own, "connect")]);
    return programEnd;
  } finally {
    server.close();
  }
}
