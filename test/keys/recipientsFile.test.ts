import { describe, expect, it } from "vitest";

import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { X25519Identity, X25519Recipient } from "../../src/age/x25519";
import {
  findRecipientsFile,
  parseRecipientsFile,
  type RecipientEntry,
} from "../../src/keys/recipientsFile";

const path = "/app/.age-recipients";
const [a, b, c] = [0, 1, 2].map(() => X25519Identity.generate().recipient.toString()) as [
  string,
  string,
  string,
];

function parse(text: string | Uint8Array): readonly RecipientEntry[] {
  return parseRecipientsFile(
    typeof text === "string" ? new TextEncoder().encode(text) : text,
    path,
  );
}

describe("a recipients file", () => {
  const cases: [string, string, [text: string, name: string | null, line: number][]][] = [
    ["one recipient", a, [[a, null, 1]]],
    [
      "names above",
      `# alice\n${a}\n# Bob B. \n${b}\n`,
      [
        [a, "alice", 2],
        [b, "Bob B.", 4],
      ],
    ],
    [
      "CRLF",
      `# alice\r\n${a}\r\n\r\n${b}\r\n`,
      [
        [a, "alice", 2],
        [b, null, 4],
      ],
    ],
    [
      "a name for the first only",
      `# alice\n${a}\n${b}`,
      [
        [a, "alice", 2],
        [b, null, 3],
      ],
    ],
    ["a heading apart", `# the team\n\n${a}`, [[a, null, 3]]],
    ["several comments", `# the team\n# alice\n${a}`, [[a, "alice", 3]]],
    ["an empty comment", `#\n${a}`, [[a, null, 2]]],
    ["a name in other letters", `#Ålesund 日本\n${a}`, [[a, "Ålesund 日本", 2]]],
    ["a recipient commented out", `# ${b}\n${a}`, [[a, null, 2]]],
    [
      "a recipient twice",
      `${a}\n${a}\n`,
      [
        [a, null, 1],
        [a, null, 2],
      ],
    ],
    ["signs that would turn the text", `# ali\u202Ece\u0007\n${a}`, [[a, "alice", 2]]],
    ["a name that is too long", `# ${"n".repeat(61)}\n${a}`, [[a, `${"n".repeat(59)}…`, 2]]],
  ];
  it.each(cases)("with %s is read", (_, text, expected) => {
    const entries = parse(text);
    expect(entries.map((entry) => [entry.text, entry.name, entry.line])).toEqual(expected);
    expect(entries.map((entry) => entry.recipient)).toEqual(
      expected.map(([text]) => X25519Recipient.parse(text)),
    );
  });

  const bad: [string, string | Uint8Array, AgeErrorCode, number | undefined][] = [
    ["empty", "", "no-recipients", undefined],
    ["of 1025", `${a}\n`.repeat(1025), "invalid-recipient", undefined],
    ["of comments only", `# ${a}\n\n`, "no-recipients", undefined],
    ["with one bad line", `${a}\n\n# c\nage1nonsense\n${b}`, "invalid-recipient", 4],
    ["with an identity", `${a}\nAGE-SECRET-KEY-1QQQ`, "invalid-recipient", 2],
    ["with an SSH key", `${a}\nssh-ed25519 AAAA me\n${c}`, "unsupported-recipient", 2],
    ["with a plugin's recipient", "age1yubikey1qq", "unsupported-recipient", 1],
    ["with a space before", ` ${a}`, "invalid-recipient", 1],
    ["with a comment behind", `${a} # alice`, "invalid-recipient", 1],
    ["with a line over 8 KiB", `${a}\n${"a".repeat(8193)}`, "invalid-recipient", 2],
    ["with bytes that are no text", new Uint8Array([0xc3, 0x28]), "invalid-recipient", 1],
    ["in UTF-16", new Uint8Array([0xff, 0xfe, 97, 0]), "unreadable-recipients-file", undefined],
    ["with a byte order mark", `\uFEFF${a}`, "unreadable-recipients-file", undefined],
    ["over 16 MiB", new Uint8Array(2 ** 24 + 1), "unreadable-recipients-file", undefined],
  ];
  it.each(bad)("%s is refused as a whole", (_, text, code, line) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof AgeError)) throw error;
      expect(error.code).toBe(code);
      expect(error.facts).toEqual(line === undefined ? { path } : { path, line });
      expect(error.message).toContain(line === undefined ? path : `${path}, line ${line}: `);
      return;
    }
    throw new Error("it did not fail");
  });
});

describe("the recipients file of a folder", () => {
  const cases: [string, folder: string, root: string | null, files: string[], string | null][] = [
    ["its own", "/w/a/b", "/w", ["/w/a/b/.age-recipients"], "/w/a/b/.age-recipients"],
    ["git-age's", "/w/a", "/w", ["/w/a/.agerecipients"], "/w/a/.agerecipients"],
    [
      "passage's before git-age's",
      "/w/a",
      "/w",
      ["/w/a/.agerecipients", "/w/a/.age-recipients"],
      "/w/a/.age-recipients",
    ],
    [
      "the nearest, whatever it is called",
      "/w/a/b",
      "/w",
      ["/w/.age-recipients", "/w/a/.agerecipients"],
      "/w/a/.agerecipients",
    ],
    ["the workspace's", "/w/a/b/c", "/w", ["/w/.age-recipients"], "/w/.age-recipients"],
    ["the workspace's, of itself", "/w", "/w", ["/w/.age-recipients"], "/w/.age-recipients"],
    ["none above the workspace", "/h/w/a", "/h/w", ["/h/.age-recipients"], null],
    ["none above it, of itself", "/h/w", "/h/w", ["/h/.age-recipients"], null],
    [
      "its own, outside of a workspace",
      "/t/a",
      null,
      ["/t/a/.age-recipients"],
      "/t/a/.age-recipients",
    ],
    ["none above, outside of a workspace", "/t/a", null, ["/t/.age-recipients"], null],
    ["none above, beside the workspace", "/w2/a", "/w", ["/w2/.age-recipients"], null],
    [
      "a folder with dots in its name",
      "/w/..a",
      "/w",
      ["/w/.age-recipients"],
      "/w/.age-recipients",
    ],
    ["the file system's root", "/a", "/", ["/.age-recipients"], "/.age-recipients"],
    ["none at all", "/w/a", "/w", [], null],
  ];
  it.each(cases)("is %s", async (_, folder, root, files, expected) => {
    const exists = (file: string): Promise<boolean> => Promise.resolve(files.includes(file));
    expect(await findRecipientsFile(folder, root, exists)).toBe(expected);
  });

  it("is not looked for further up if a folder cannot be looked into", async () => {
    const refused = new AgeError("no-permission", "permission denied");
    const exists = (file: string): Promise<boolean> =>
      file.startsWith("/w/a/") ? Promise.reject(refused) : Promise.resolve(true);
    await expect(findRecipientsFile("/w/a", "/w", exists)).rejects.toBe(refused);
  });
});
