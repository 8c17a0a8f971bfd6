import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Lists the texts that users read, by their paths from the project's folder. */
export function userDocuments(): readonly string[] {
  const docs = readdirSync(fileURLToPath(new URL("../docs", import.meta.url)));
  return [
    "README.md",
    ...docs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ];
}

/** Lists all texts of the project, those for developers too. */
export function allDocuments(): readonly string[] {
  const others = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
  return [...userDocuments(), ...others];
}
