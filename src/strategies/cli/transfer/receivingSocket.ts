import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";
import { untilIdle } from "../process/untilIdle";

/** The receiver of what a program writes. */
export interface Receiver {
  /** Counts the bytes that have come. */
  size(): number;
  /** Returns the memory for the next bytes; it is never empty. */
  room(): Uint8Array;
  /** So many bytes have come into the room that was given last. */
  received(count: number): void;
}

/** A socket that reads straight into the memory of a receiver. */
export interface ReceivingSocket {
  readonly socket: Socket;
  /**
   * Waits, when the program has ended, until all that it wrote has come.
   *
   * @param signal - stops the waiting.
   * @throws what the receiver has thrown, or the signal's reason.
   */
  drained(signal?: AbortSignal): Promise<void>;
}

/** @param options - an open descriptor; without it, the socket is to be connected. */
export function receivingSocket(
  receiver: Receiver,
  options: SocketConstructorOpts = {},
): ReceivingSocket {
  let failure: { readonly error: unknown } | null = null;
  // After a failure nothing that comes is kept.
  const spare = new Uint8Array(spareSize);
  const fail = (error: unknown): void => {
    failure ??= { error };
    setImmediate(() => socket.destroy());
  };
  // Node's types leave out that a new socket takes them as well.
  const all: SocketConstructorOpts & ConnectOpts = {
    ...options,
    onread: {
      buffer: () => {
        if (failure !== null) return spare;
        try {
          return receiver.room();
        } catch (error) {
          fail(error);
          return spare;
        }
      },
      callback: (count) => {
        spare.fill(0);
        if (failure !== null) return false;
        try {
          receiver.received(count);
        } catch (error) {
          fail(error);
        }
        return true;
      },
    },
  };
  const socket = new Socket(all);
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  // What was not written is told by how the program ends.
  socket.on("error", () => undefined);
  return {
    socket,
    drained: async (signal) => {
      await untilIdle(closed, () => receiver.size(), signal);
      if (failure !== null) throw failure.error;
    },
  };
}

const spareSize = 64 * 1024;
