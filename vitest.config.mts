import { defineConfig } from "vitest/config";
import { engineForVite } from "./scripts/engine/plugins.mjs";

export default defineConfig({
  plugins: [engineForVite],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/host/**", "test/e2e/**"],
    testTimeout: 60_000,
    // By default Vitest leaves one core free, which is half of a small machine.
    maxWorkers: "100%",
    globalSetup: ["test/strategies/native/workers.setup.ts"],
    // Only the extension host has the vscode module. The pure code on top of it is tested here.
    alias: { vscode: new URL("test/vscode/vscodeShim.ts", import.meta.url).pathname },
  },
});
