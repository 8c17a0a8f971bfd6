import js from "@eslint/js";
import tsdoc from "eslint-plugin-tsdoc";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const noVscodeAtRunTime = {
  paths: [
    {
      name: "vscode",
      allowTypeImports: true,
      message: "Only src/vscode may use the vscode API; elsewhere write `import type`.",
    },
  ],
};

export default defineConfig(
  {
    // The files src/age/wasm/*.ts are AssemblyScript.
    ignores: [
      "dist/",
      "dist-test/",
      ".cache/",
      "test-results/",
      "test/fixtures/",
      "src/age/wasm/*.ts",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { tsdoc },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: "error",
      "no-duplicate-imports": "error",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "no-restricted-syntax": ["error", { selector: "TSEnumDeclaration", message: "Use a union." }],
      "tsdoc/syntax": "error",
      "@typescript-eslint/no-floating-promises": ["error", { checkThenables: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-restricted-imports": ["error", noVscodeAtRunTime],
    },
  },
  {
    files: ["src/vscode/**", "src/assembly.ts", "test/host/**", "test/vscode/**"],
    rules: { "@typescript-eslint/no-restricted-imports": "off" },
  },
  {
    // Vitest reads from a fixture's pattern which others it needs; it may need none.
    files: ["test/e2e/scenario.ts"],
    rules: { "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }] },
  },
  {
    files: ["src/age/**", "src/keys/**", "src/documents/**"],
    ignores: ["src/age/primitives.ts"],
    rules: { "no-restricted-globals": ["error", "Buffer", "process"] },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        require: "readonly",
        Buffer: "readonly",
        console: "readonly",
        fetch: "readonly",
        performance: "readonly",
        process: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        URL: "readonly",
        AbortController: "readonly",
      },
    },
  },
);
