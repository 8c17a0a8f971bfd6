import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { engineForVite } from "./scripts/engine/plugins.mjs";

/** Runs scenarios in a real workbench: one per core at the same time, but at most two. */
export default defineConfig({
  plugins: [engineForVite],
  test: {
    include: ["test/e2e/**/*.test.ts"],
    // Half of a scenario's time, one process waits for another.
    maxWorkers: Math.min(2, availableParallelism()),
    // These are limits, not waits: a busy machine takes five times as long as a quiet one.
    testTimeout: 480_000,
    hookTimeout: 120_000,
    // With a browser and a server, a busy machine may need two more tries. The report shows them.
    retry: 2,
    expect: { poll: { timeout: 60_000, interval: 50 } },
  },
});
