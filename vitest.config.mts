import { defineConfig } from "vitest/config";
import { engineForVite } from "./scripts/engine/plugins.mjs";

export default defineConfig({
  plugins: [engineForVite],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/host/**", "test/e2e/**"],
    testTimeout: 60_000,
    // Vitest would leave one core to itself, which on a small machine is half of them.
    maxWorkers: "100%",
    globalSetup: ["test/strategies/native/workers.setup.ts"],
    // The vscode module exists in the extension host only; what is pure above it is tested here.
    alias: { vscode: new URL("test/vscode/vscodeShim.ts", import.meta.url).pathname },
  },
});
