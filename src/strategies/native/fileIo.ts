import { fstat, ftruncate, readv, readvSync, writev, writevSync } from "node:fs";
import { systemFailure } from "../../age/systemFailure";

/** The operations of lanes on open files, at explicit positions. A test can put in its own. */
export interface FileIo {
  /** Fills the buffers, one after another. Returns the number of bytes read; 0 at the end. */
  read(descriptor: number, into: Views, position: number): number | Promise<number>;
  /** Writes the buffers, one after another. Returns the number of bytes written. */
  write(descriptor: number, from: Views, position: number): number | Promise<number>;
  /** Waits before the next attempt at an operation that failed. */
  wait(milliseconds: number): void | Promise<void>;
}

type Views = readonly Uint8Array[];

/** The operations that block their thread, for workers only. */
export const blockingIo: FileIo = {
  read: readvSync,
  write: writevSync,
  wait(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
};

/** The operations that let their thread compute, or wait for something else, meanwhile. */
export const concurrentIo: FileIo = {
  read: (descriptor, into, position) =>
    new Promise((resolve, reject) => {
      readv(descriptor, into, position, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    }),
  write: (descriptor, from, position) =>
    new Promise((resolve, reject) => {
      writev(descriptor, from, position, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    }),
  wait: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

/** Reads the length of an open file in bytes. @throws AgeError of the file system. */
export async function fileSize(descriptor: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fstat(descriptor, (error, stat) => {
      if (error === null) resolve(stat.size);
      else reject(systemFailure(error, {}, "read"));
    });
  });
}

/**
 * Reads a text that differs between versions of an open file, as far as the file system tells them
 * apart.
 *
 * @throws AgeError of the file system.
 */
export async function fileVersion(descriptor: number): Promise<string> {
  return new Promise((resolve, reject) => {
    fstat(descriptor, { bigint: true }, (error, stat) => {
      if (error === null) resolve(`${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`);
      else reject(systemFailure(error, {}, "read"));
    });
  });
}

/** Cuts an open file off at a length in bytes. @throws AgeError of the file system. */
export async function truncateFile(descriptor: number, length: number): Promise<void> {
  return new Promise((resolve, reject) => {
    ftruncate(descriptor, length, (error) => {
      if (error === null) resolve();
      else reject(systemFailure(error));
    });
  });
}
