import { type ConnectOpts, Socket, type SocketConstructorOpts } from "node:net";
import { untilIdle } from "../process/untilIdle";

/** The receiver of a program's output. */
export interface Receiver {
  /** Counts the bytes that have come. */
  size(): number;
  /** Returns the memory for the next bytes; it is never empty. */
  room(): Uint8Array;
  /** Notes that so many bytes have come into the last {@link room}. */
  received(count: number): void;
}

/** A socket that reads straight into the memory of a receiver. */
export interface ReceivingSocket {
  readonly socket: Socket;
  /**
   * Waits, after the program has ended, until all of its output has come.
   *
   * @param signal - stops the waiting.
   * @throws the receiver's failure, or the signal's reason.
   */
  drained(signal?: AbortSignal): Promise<void>;
}

/**
 * Makes a socket that reads into a receiver's memory.
 *
 * @param options - an open descriptor. Without it, the caller connects the socket.
 */
export function receivingSocket(
  receiver: Receiver,
  options: SocketConstructorOpts = {},
): ReceivingSocket {
  let failure: { readonly error: unknown } | null = null;
  // After a failure bytes come here, and nobody keeps them.
  const spare = new Uint8Array(spareSize);
  const fail = (error: unknown): void => {
    failure ??= { error };
    setImmediate(() => socket.destroy());
  };
  // A new socket takes these options as well, but Node's types do not say so.
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
  // If a part of the output is missing, the end of the program tells it.
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
