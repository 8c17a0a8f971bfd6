import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { explain } from "../../../src/vscode/wording/failureText";
import { plain, quoted, quotedRecipient } from "../../../src/vscode/wording/foreignText";
import { Log } from "../../../src/vscode/log";

describe("a text that somebody else wrote", () => {
  const cases: [title: string, text: string, shown: string][] = [
    ["stays as it is", "/w/é 秘密 #1?.txt.age", "/w/é 秘密 #1?.txt.age"],
    ["stays in one line", "a\nb\r\n\u2028c\u2029d\u0085e\tf", "abcdef"],
    ["cannot turn the direction", "a\u202Egnp\u202C\u2067\u200F\u061C.age", "agnp.age"],
    ["hides nothing", "pay\u200B\u00ADpal\u{E0041}", "paypal"],
    ["is no link", "[x](command:cage.lockNow)", "[x] (command:cage.lockNow)"],
    ["is no link by a hidden character", "[x]\u200B(command:a)", "[x] (command:a)"],
    ["is no icon", "$(verified) Bob", "$ (verified) Bob"],
    ["from right to left is kept apart", "שלום.age", "\u2068שלום.age\u2069"],
  ];
  it.each(cases)("%s", (_title, text, shown) => {
    expect(quoted(text)).toBe(shown);
  });

  it("is cut in the middle where it is long, between characters", () => {
    expect(quoted("a".repeat(120))).toBe("a".repeat(120));
    const cut = quoted(`${"🔑".repeat(100)}${"é".repeat(100)}`);
    expect(cut).toBe(`${"🔑".repeat(60)}…${"é".repeat(59)}`);
  });

  it("keeps what separates words in a plain line", () => {
    expect(plain("[x](y) $(z)\n1")).toBe("[x](y) $(z)1");
  });

  it("stands beside its key where it names a recipient", () => {
    const text = "age1alicealicealicealice";
    expect(quotedRecipient({ text })).toBe("age1alic…lice");
    expect(quotedRecipient({ text, identityFile: "/h/k.txt" })).toBe(
      "age1alic…lice (you, by /h/k.txt)",
    );
    // A label can't imitate Cage's own words.
    const forged = "a” (you, by /h/k.txt) “b";
    expect(quotedRecipient({ text, name: forged })).toBe(
      "age1alic…lice “a' (you, by /h/k.txt) 'b”",
    );
    expect(quotedRecipient({ text, name: "$(a)\n" })).toBe("age1alic…lice “$ (a)”");
  });

  it("is harmless in an explanation, whose names stay whole", () => {
    const name = "n".repeat(200);
    const error = new AgeError("not-found", `[${name}](command:x)\u202E is missing`);
    expect(explain(error).message).toBe(`[${name}] (command:x) is missing.`);
    const long = explain(new AgeError("not-found", "x".repeat(5000))).message;
    expect(long).toHaveLength(600);
  });

  it("makes no line of its own in the log", () => {
    const lines: string[] = [];
    const add = (line: string) => lines.push(line);
    const log = new Log({ info: add, error: add } as unknown as ConstructorParameters<
      typeof Log
    >[0]);
    const path = "/w/a\n[info] forged\u202E.age";
    log.info(path);
    log.failure("open", path, new AgeError("not-found", "no\nfile"));
    log.report(path, {
      ...{ operation: "decrypt", strategy: "native", engine: "openssl" },
      ...{ threads: 1, bytes: 1, resumedBytes: 0, seconds: 1, reason: "it is so" },
      ...{ fallbacks: [], bufferSize: 65_536 },
    });
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });
});
