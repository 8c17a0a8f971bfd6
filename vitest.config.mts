import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/host/**", "test/e2e/**"],
    testTimeout: 60_000,
    // The vscode module exists in the extension host only; what is pure above it is tested here.
    alias: { vscode: new URL("test/vscode/vscodeShim.ts", import.meta.url).pathname },
  },
});
