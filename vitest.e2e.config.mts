import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { engineForVite } from "./scripts/engine/plugins.mjs";

/** Scenarios in a real workbench: as many at a time as there are cores, and no more than two. */
export default defineConfig({
  plugins: [engineForVite],
  test: {
    include: ["test/e2e/**/*.test.ts"],
    // Half of a scenario's time one process waits for another.
    maxWorkers: Math.min(2, availableParallelism()),
    // Limits, not waits: a machine that others share takes five times as long as a quiet one.
    testTimeout: 480_000,
    hookTimeout: 120_000,
    // A browser and a server on a busy machine: two more tries, which the report shows.
    retry: 2,
    expect: { poll: { timeout: 60_000, interval: 50 } },
  },
});
