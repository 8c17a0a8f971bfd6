import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { collect, encrypt, type Format, readAgeFile, unwrapFileKey } from "../../../src/age/age";
import { X25519Identity } from "../../../src/age/x25519";
import {
  type NativeOptions,
  nativeStrategy,
  type NativeStrategy,
} from "../../../src/strategies/native/nativeStrategy";
import { usualThresholds } from "../../../src/strategies/native/thresholds";
import type { DecryptJob, Input, Output } from "../../../src/strategies/strategy";
import { testFolder } from "../../testFolder";

export const alice = X25519Identity.generate();
export const recipients = [alice.recipient];
export const chunk = 65536;
export const sealedChunk = chunk + 16;
export const kibibyte = 1024;
export const mebibyte = 1024 * 1024;

/** The size of the tests' runs: two chunks each. */
export const bufferSize = 2 * chunk;

/** Returns options for so many workers; with 0, the calling thread does all the work. */
export function optionsOf(threads: number): NativeOptions {
  return {
    now: () => performance.now(),
    workerFile: inject("workerFile"),
    bufferSize: () => bufferSize,
    threads,
    thresholds: { ...usualThresholds, worker: 0, moreWorkers: 0 },
  };
}

/** Makes a strategy with so many workers. */
export function strategyOf(threads: number, options: Partial<NativeOptions> = {}): NativeStrategy {
  const strategy = nativeStrategy({ ...optionsOf(threads), ...options });
  onTestFinished(() => strategy.dispose());
  return strategy;
}

/** An open file of a test. */
export interface TestFile {
  readonly descriptor: number;
  readonly path: string;
  readonly read: () => Uint8Array;
  readonly write: (content: Uint8Array) => void;
  readonly input: () => Extract<Input, { kind: "file" }>;
  readonly output: Extract<Output, { kind: "file" }>;
}

export function testFile(content: Uint8Array = new Uint8Array(0)): TestFile {
  const path = join(testFolder(), "file");
  writeFileSync(path, content);
  const descriptor = openSync(path, "r+");
  onTestFinished(() => {
    closeSync(descriptor);
  });
  return {
    descriptor,
    path,
    read: () => new Uint8Array(readFileSync(path)),
    write: (bytes) => {
      writeFileSync(path, bytes);
    },
    input: () => ({ kind: "file", descriptor, size: fstatSync(descriptor).size }),
    output: { kind: "file", descriptor },
  };
}

export type Kind = "file" | "memory";

/** Makes an input of a kind from bytes. */
export function inputOf(kind: Kind, bytes: Uint8Array): Input {
  return kind === "memory" ? { kind, bytes } : testFile(bytes).input();
}

/**
 * Makes an output of a kind, larger than needed.
 *
 * @returns it with a function for the written bytes.
 */
export function outputOf(
  kind: Kind,
  length: number,
): { output: Output; result: (bytes: Uint8Array | null) => Uint8Array } {
  if (kind === "memory") {
    return { output: { kind }, result: (bytes) => bytes ?? new Uint8Array(1) };
  }
  const file = testFile(new Uint8Array(length + 1000).fill(0xaa));
  return { output: file.output, result: file.read };
}

/** Encrypts a file for alice with the generators of src/age. */
export async function encrypted(
  plaintext: Uint8Array,
  format: Format = "binary",
): Promise<Uint8Array> {
  return collect(encrypt([plaintext], recipients, format));
}

/** Finds what a decryption needs to know about an encrypted file. */
export async function unlocked(
  file: Uint8Array,
): Promise<Pick<DecryptJob, "header" | "format" | "fileKey">> {
  const { header, format } = await readAgeFile([file]);
  const { fileKey } = await unwrapFileKey(header, [alice]);
  return { header, format, fileKey };
}
