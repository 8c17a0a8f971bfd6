import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import packageJson from "../../package.json";

const titles = new Set(packageJson.contributes.commands.map(({ title }) => title));

/** Names with "…" that belong to VS Code's own commands or to buttons. */
const others = new Set([
  "Write In Place",
  "Choose…",
  "Choose Recipients…",
  "Choose Who…",
  "Choose Another…",
  "Choose Another Name…",
  "Compare Active File With…",
  "Save As…",
  "Restore…",
  "Other Version…",
]);

/** Returns the texts in a source file: its literals, with a gap for each inserted value. */
function textsIn(path: string, source: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node)) {
      texts.push(
        [node.head, ...node.templateSpans.map(({ literal }) => literal)]
          .map(({ text }) => text)
          .join("\0"),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest));
  return texts;
}

/** Finds the commands that a text names: "Generate Identity…", "Cage: Doctor", "run Re-encrypt". */
function named(text: string): readonly string[] {
  const word = String.raw`[A-Z][A-Za-z-]*`;
  const ellipsis = new RegExp(String.raw`${word}(?: (?:${word}|with|on|all))*…`, "g");
  const ofCage = new RegExp(String.raw`Cage: (${word}(?: (?:${word}|with))*…?)`, "g");
  const run = new RegExp(
    String.raw`\b(?:[Rr]un|use|choose) (?!Cage:)(${word}(?: (?:${word}|with))*…?)`,
    "g",
  );
  return [
    ...Array.from(text.matchAll(ellipsis), ([name]) => name),
    ...Array.from(text.matchAll(ofCage), ([, name = ""]) => name),
    ...Array.from(text.matchAll(run), ([, name = ""]) => name),
  ].map((name) => name.replace(/^(Run|Use|By|In|Choose Write) (?=[A-Z])/, ""));
}

it("every command that a text names exists by that name", async () => {
  const unknown: string[] = [];
  let count = 0;
  const files = (await readdir("src/vscode", { recursive: true })).filter((one) =>
    one.endsWith(".ts"),
  );
  for (const path of files.map((one) => join("src/vscode", one))) {
    for (const text of textsIn(path, await readFile(path, "utf8"))) {
      for (const name of named(text)) {
        if (others.has(name)) continue;
        count++;
        if (!titles.has(name)) unknown.push(`${path}: ${name} in ${text}`);
      }
    }
  }
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(30);
});

it("such a name is found wherever it stands", () => {
  expect(named("Run Cage: Doctor, or use Re-encrypt; Choose Strategy… helps.")).toEqual([
    ...["Choose Strategy…", "Doctor", "Re-encrypt"],
  ]);
});
