import { expect, it } from "vitest";
import { engine } from "../../../src/age/engines/engineChoice";
import { engineSpeeds } from "../../../src/vscode/doctor/engineSpeeds";

it("measures the engine in use, and lets other work go first again and again", async () => {
  let pauses = 0;
  let longest = 0;
  let started = performance.now();
  const speeds = await engineSpeeds(
    () => performance.now(),
    async () => {
      longest = Math.max(longest, performance.now() - started);
      pauses++;
      await new Promise((resolve) => setImmediate(resolve));
      started = performance.now();
    },
  );
  expect(speeds.map((one) => one.engine)).toContain(engine());
  for (const { megabytesPerSecond } of speeds) expect(megabytesPerSecond).toBeGreaterThan(1);
  expect(pauses).toBeGreaterThanOrEqual(8);
  // The bound is loose, since the machine may be busy.
  expect(longest).toBeLessThan(500);
});
