import { describe, expect, it } from "vitest";
import type { Figure } from "../../bench/figure.mjs";
import { fileToFile } from "../../bench/cases/files.mjs";
import { barChart } from "../../bench/chart.mjs";
import { throughputChart } from "../../bench/results.mjs";

const chart = barChart({
  title: "Speed & <more>",
  description: "openssl: 3; wasm: 1.5",
  caption: 'a "machine"',
  mark: { value: 1, label: "age" },
  groups: [
    {
      title: "decrypt",
      bars: [
        { label: "openssl", value: 3, color: "#0969da" },
        { label: "wasm", value: 1.5, color: "#8250df" },
      ],
    },
  ],
});

function attributes(svg: string, element: RegExp, name: string): readonly number[] {
  return Array.from(svg.matchAll(element), ([tag]) =>
    Number(new RegExp(` ${name}="([^"]+)"`).exec(tag)?.[1]),
  );
}

describe("the chart", () => {
  it("is well-formed XML", () => {
    expect(unbalanced(chart)).toEqual([]);
    expect(chart).toContain('<title id="title">Speed &amp; &lt;more&gt;</title>');
    expect(chart).toContain("a &quot;machine&quot;");
  });

  it("has bars as long as their values, within the picture", () => {
    const widths = attributes(chart, /<rect class="bar"[^>]*>/g, "width");
    expect(widths).toHaveLength(2);
    expect((widths[0] ?? 0) / (widths[1] ?? 0)).toBeCloseTo(2, 2);
    const [whole = 0] = attributes(chart, /<svg[^>]*>/g, "width");
    const [left = 0] = attributes(chart, /<rect class="bar"[^>]*>/g, "x");
    expect(left + (widths[0] ?? 0)).toBeLessThan(whole - 60);
  });

  it("marks the reference at a third of a bar of three", () => {
    const [left = 0] = attributes(chart, /<rect class="bar"[^>]*>/g, "x");
    const [longest = 0] = attributes(chart, /<rect class="bar"[^>]*>/g, "width");
    const mark = Number(/<path d="M([\d.]+) /.exec(chart)?.[1]);
    expect(mark - left).toBeCloseTo(longest / 3, 0);
  });

  it("says in words what it shows, and loads nothing from elsewhere", () => {
    expect(chart).toContain('role="img" aria-labelledby="title description"');
    expect(chart).toContain('<desc id="description">openssl: 3; wasm: 1.5</desc>');
    expect(chart.match(/https?:\/\/[^"]+/g)).toEqual(["http://www.w3.org/2000/svg"]);
  });
});

describe("the chart of results", () => {
  const machine = {
    ...{ processor: "a CPU", cores: 2, memoryGiB: 24, system: "linux x64", node: "24.1.0" },
    ...{ v8: "13.6", openssl: "3", age: "1.2.1", avx512: "usable" as const },
  };
  const figure = (what: string, who: string, value: number): Figure => ({
    ...{ family: fileToFile, what, who, value, unit: "times" as const },
  });
  const results = (figures: readonly Figure[]) => ({
    ...{ date: "2026-01-01", mode: "full" as const, machine, figures },
  });

  it("shows the first place of each operation, the fastest on top, without age", () => {
    const svg = throughputChart(
      results([
        figure("encrypt, RAM disk, 1 GiB", "age", 1),
        figure("encrypt, RAM disk, 1 GiB", "wasm, 2 threads", 1.6),
        figure("decrypt, RAM disk, 1 GiB", "wasm, 2 threads", 2.1),
        figure("decrypt, RAM disk, 1 GiB", "openssl, 2 threads", 3),
        figure("decrypt, disk, 1 GiB", "wasm, 2 threads", 9),
      ]),
    );
    expect(svg).toContain(
      "Decrypt, RAM disk, 1 GiB: openssl, 2 threads: 3.00; wasm, 2 threads: 2.10. " +
        "Encrypt, RAM disk, 1 GiB: wasm, 2 threads: 1.60.",
    );
    expect(svg).not.toContain("9.00");
  });

  it("is none where there are no such figures", () => {
    expect(throughputChart(results([]))).toBeNull();
  });
});

/** Finds tags that are not closed in order, and text that is not a tag. */
function unbalanced(xml: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const rest = xml.replace(/<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (_, ...parts) => {
    const [closing, name, , empty] = parts as string[];
    if (closing === "/" && open.pop() !== name) faults.push(`</${String(name)}>`);
    if (closing === "" && empty === "") open.push(String(name));
    return "";
  });
  if (/[<>]|&(?!(amp|lt|gt|quot);)/.test(rest)) faults.push(rest);
  return [...faults, ...open];
}
