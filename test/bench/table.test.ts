import { describe, expect, it } from "vitest";
import { atLeast, atMost, type Figure } from "../../bench/figure.mjs";
import { formatAims, formatTable, formatValue } from "../../bench/table.mjs";

const family = "File to file";
const figures: readonly Figure[] = [
  {
    ...{ family, what: "decrypt", who: "age", value: 1, unit: "times" },
    ...{ spread: [1, 1], megabytesPerSecond: 1290.4 },
  },
  {
    ...{ family, what: "decrypt", who: "openssl, 2 threads", value: 2.92, unit: "times" },
    ...{ spread: [2.9, 3.014], megabytesPerSecond: 3767, aim: atLeast(2.7) },
  },
  {
    ...{ family, what: "encrypt", who: "openssl, 2 threads", value: 1.89, unit: "times" },
    ...{ aim: atLeast(2.1), note: "new" },
  },
  { family: "Memory", what: "", who: "wasm", value: 70.4, unit: "MiB", aim: atMost(64) },
];

describe("the table", () => {
  it("has a heading for each family, names each case once, and its numbers end in one column", () => {
    expect(formatTable(figures)).toBe(
      `File to file
                               median  half lie in       MB/s  aim
  decrypt  age                 1.00 ×  1.00 × to 1.00 ×  1290
           openssl, 2 threads  2.92 ×  2.90 × to 3.01 ×  3767  ≥ 2.70 ×
  encrypt  openssl, 2 threads  1.89 ×                          ≥ 2.10 ×, missed by 10.0 %; new

Memory
            median  half lie in  MB/s  aim
    wasm  70.4 MiB                     ≤ 64.0 MiB, missed by 10.0 %`,
    );
  });

  it("sums up which aims are missed", () => {
    expect(formatAims(figures)).toBe(
      `1 of 3 aims reached
  missed by 10.0 %: File to file; encrypt; openssl, 2 threads
  missed by 10.0 %: Memory; wasm`,
    );
    expect(formatAims(figures.slice(0, 2))).toBe("1 of 1 aims reached");
  });

  const values: [value: number, unit: Figure["unit"], text: string][] = [
    [0.0714, "ms", "0.071 ms"],
    [0.5, "times", "0.50 ×"],
    [12.34, "MiB", "12.3 MiB"],
    [1234.5, "ms", "1235 ms"],
  ];
  it.each(values)("%d %s is written %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
});
