import { defineConfig } from "vitest/config";
import { engineForVite } from "./scripts/engine/plugins.mjs";

/** Scenarios in a real workbench: one after another, since each has a browser and a server. */
export default defineConfig({
  plugins: [engineForVite],
  test: {
    include: ["test/e2e/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // A browser and a server on a busy machine: two more tries, which the report shows.
    retry: 2,
    expect: { poll: { timeout: 20_000, interval: 50 } },
  },
});
