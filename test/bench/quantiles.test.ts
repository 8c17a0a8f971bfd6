import { expect, it } from "vitest";
import { median, quantile, spread } from "../../bench/quantiles.mjs";

const cases: [samples: readonly number[], middle: number, quartiles: [number, number]][] = [
  [[3], 3, [3, 3]],
  [[4, 2], 3, [2.5, 3.5]],
  [[9, 1, 5], 5, [3, 7]],
  [[10, 1, 2, 3, 4], 3, [2, 4]],
];

it.each(cases)("of %j the median is %d and half lie in %j", (samples, middle, quartiles) => {
  expect(median(samples)).toBe(middle);
  expect(spread(samples)).toEqual(quartiles);
});

it("the ends are the least and the most, and the samples stay in their order", () => {
  const samples = [3, 1, 2];
  expect([quantile(samples, 0), quantile(samples, 1)]).toEqual([1, 3]);
  expect(samples).toEqual([3, 1, 2]);
});
