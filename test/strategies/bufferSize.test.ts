import { describe, expect, it } from "vitest";
import { parseBufferSize } from "../../src/strategies/bufferSize";

describe("the buffer size", () => {
  it.each([
    ["65536", 65536],
    ["256K", 262144],
    ["256k", 262144],
    ["1M", 1048576],
    [" 2 MiB ", 2097152],
    ["512KB", 524288],
    ["16M", 16777216],
  ])("%j is %d bytes", (text, bytes) => {
    expect(parseBufferSize(text)).toBe(bytes);
  });

  it.each([
    ["0", 65536],
    ["1K", 65536],
    ["17M", 16777216],
    ["999999999", 16777216],
  ])("%j is held within the limits: %d", (text, bytes) => {
    expect(parseBufferSize(text)).toBe(bytes);
  });

  it.each(["", "1G", "-1", "1.5M", "M", "1 M M", "1e6", "0x10000", "much"])(
    "%j is no size",
    (text) => {
      expect(parseBufferSize(text)).toBeNull();
    },
  );
});
