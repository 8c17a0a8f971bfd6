import binaryen from "assemblyscript/binaryen";
import { describe, expect, it } from "vitest";
import bytes from "../../../src/age/wasm/engine.wasm";
import { plaintextOf } from "../kit";
import { instance, slotSize } from "./kit";
import { secretFlow } from "./secretFlow";

/** Prints a module with each operand inside its instruction. */
const folded = (module: binaryen.Module): string => module.emitText();

describe("what the engine does does not depend on what it reads", () => {
  const text = folded(binaryen.readBinary(Uint8Array.from(bytes)));

  it("in any function, but for whether a tag fits", () => {
    const { faults, declassified, reads } = secretFlow(text);
    expect(faults).toEqual([]);
    expect(declassified).toBe(1);
    expect(reads).toBeGreaterThan(100);
  });

  it("and it neither grows its memory, nor calls out of itself, nor brings data", () => {
    expect(text).not.toMatch(/memory\.grow|call_indirect|call_ref|\(import|\(data/);
  });
});

describe("the analysis reports", () => {
  const load = "(i32.load (i32.const 0))";
  const faulty: [title: string, body: string, fault: string][] = [
    ["a branch", `(if ${load} (then (nop)))`, "a branch"],
    ["a loop", `(loop $l (br_if $l ${load}))`, "a branch"],
    ["a table of branches", `(block $l (br_table $l $l ${load}))`, "a branch"],
    ["a choice", `(drop (select (i32.const 1) (i32.const 2) ${load}))`, "a choice"],
    ["an address", `(drop (i32.load ${load}))`, "an address"],
    ["where something is stored", `(i32.store ${load} (i32.const 1))`, "an address"],
    ["how much is filled", `(memory.fill (i32.const 0) (i32.const 0) ${load})`, "a length"],
    ["how much is copied", `(memory.copy (i32.const 0) (i32.const 8) ${load})`, "a length"],
    ["a division", `(drop (i32.div_u ${load} (i32.const 3)))`, "a division"],
    [
      "what goes through a local",
      `(local.set $x ${load}) (if (local.get $x) (then (nop)))`,
      "branch",
    ],
    [
      "what goes through a global",
      `(global.set $g ${load}) (if (global.get $g) (then (nop)))`,
      "branch",
    ],
    ["what goes into a call", `(drop (call $choose ${load}))`, "$choose: a choice"],
    ["what comes out of a call", `(if (call $read) (then (nop)))`, "a branch"],
    [
      "what a loop brings round",
      "(loop $l (if (local.get $x) (then (nop))) (local.set $x (i32.load (i32.const 0))) (br $l))",
      "a branch",
    ],
  ];
  const flowOf = (body: string): readonly string[] => {
    const text = `(module (memory 1) (global $g (mut i32) (i32.const 0))
      (func $read (result i32) ${load})
      (func $choose (param $p i32) (result i32)
        (select (i32.const 1) (i32.const 2) (local.get $p)))
      (func $f (local $x i32) ${body}))`;
    return secretFlow(folded(binaryen.parseText(text))).faults;
  };

  it.each(faulty)("%s", (_title, body, fault) => {
    expect(flowOf(body)).toEqual([expect.stringContaining(fault)]);
  });

  it("nothing where it is the caller's length that counts", () => {
    expect(flowOf("(loop $l (br_if $l (local.get $x)))")).toEqual([]);
    expect(flowOf(`(i32.store (i32.const 4) (i32.xor ${load} (i32.const 1)))`)).toEqual([]);
  });
});

it("the memory stays as large as it is, whatever the content", () => {
  const { memory, workspace } = instance;
  const { buffer } = memory;
  for (const content of [0, 255, null]) {
    for (const length of [0, 100, 3 * 65536]) {
      if (content === null) workspace.set(plaintextOf(workspace.length));
      else workspace.fill(content);
      instance.setKey(plaintextOf(32));
      instance.sealRun(workspace.byteOffset, length, 0, 0, 1);
      instance.setKey(plaintextOf(32));
      instance.openRun(workspace.byteOffset, 3 * slotSize, 0, 0, 1);
    }
  }
  // If the memory had grown, it would have another buffer.
  expect(memory.buffer).toBe(buffer);
  expect(workspace.length).toBe(4 * slotSize);
});
