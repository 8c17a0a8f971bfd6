import { describe, expect, it } from "vitest";
import { families, parseOptions, usage } from "../../bench/options.mjs";
import { Problem } from "../../scripts/problem.mjs";

const defaults = { mode: "full", node: null, only: families, size: null, help: false };

describe("the bench's options", () => {
  const cases: [args: readonly string[], differences: object][] = [
    [[], {}],
    [
      ["--quick"],
      { mode: "quick", only: families.filter((family) => !/^(typ|open|strat)/.test(family)) },
    ],
    [["--quick", "strategies"], { mode: "quick", only: ["strategies"] }],
    [["strategies", "chunks,files"], { only: ["files", "chunks", "strategies"] }],
    [["small", "--only", "random"], { only: ["small", "random"] }],
    [["--node", "/opt/node"], { node: "/opt/node" }],
    [["--node=/opt/node"], { node: "/opt/node" }],
    [["--only", "chunks,files"], { only: ["files", "chunks"] }],
    [["--only", "small", "--only", "random"], { only: ["small", "random"] }],
    [["--size", "64"], { size: 64 * 1024 * 1024 }],
    [["-h"], { help: true }],
  ];
  it.each(cases)("%j are understood", (args, differences) => {
    expect(parseOptions(args)).toEqual({ ...defaults, ...differences });
  });

  const wrong: [args: readonly string[], reason: string][] = [
    [["--fast"], "--fast"],
    [["quick"], "quick"],
    [["--node"], "--node"],
    [["--quick=1"], "--quick"],
    [["--only", "files,speed"], '"speed"'],
    [["--size", "0"], '"0"'],
    [["--size", "1.5"], '"1.5"'],
    [["--size", "big"], '"big"'],
  ];
  it.each(wrong)("%j are refused, with the reason and the usage", (args, reason) => {
    const parse = () => parseOptions(args);
    expect(parse).toThrow(Problem);
    expect(parse).toThrow(reason);
    expect(parse).toThrow(usage);
  });
});
