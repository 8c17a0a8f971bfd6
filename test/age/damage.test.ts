import { describe, expect, it } from "vitest";
import { collect, newHeader, readAgeFile } from "../../src/age/age";
import { decodeArmor, encodeArmor } from "../../src/age/armor";
import type { Damage } from "../../src/age/damage";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { X25519Identity } from "../../src/age/x25519";
import { bytes, inPieces, text } from "./kit";

const { recipient } = X25519Identity.generate();

/** Makes a header with a file key of its own, and some payload that is not read here. */
async function ageFile(): Promise<Uint8Array> {
  const { header } = await newHeader([recipient]);
  return new Uint8Array([...header.bytes, ...new Uint8Array(100).fill(0xc5)]);
}

const binary = await ageFile();
const armored = text(await collect(encodeArmor([binary])));
const theirs = text(await collect(encodeArmor([await ageFile()])));
const [begin = "", ...body] = armored.trimEnd().split("\n");
const end = body.pop() ?? "";
const theirBody = theirs.trimEnd().split("\n").slice(1, -1);

async function failureOf(file: Uint8Array, pieceSize: number): Promise<unknown> {
  try {
    const { payload } = await readAgeFile(inPieces(file, pieceSize));
    await collect(payload);
    return null;
  } catch (error) {
    return error;
  }
}

async function expectDamage(file: Uint8Array | string, code: AgeErrorCode, damage?: Damage) {
  const whole = typeof file === "string" ? bytes(file) : file;
  for (const size of [1, 100, 1 << 20]) {
    const error = await failureOf(whole, size);
    expect(error).toBeInstanceOf(AgeError);
    expect([(error as AgeError).code, (error as AgeError).facts.damage]).toEqual([code, damage]);
  }
}

const joined = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const crlf = (file: Uint8Array): Uint8Array =>
  latin1(Buffer.from(file).toString("latin1").replaceAll("\n", "\r\n"));
const ours = ["<<<<<<< HEAD", ...body];
const other = [...theirBody, ">>>>>>> refs/heads/a-branch-with-a-name-of-more-than-64-characters"];

describe("armor that was damaged says by what", () => {
  it.each<[string, string, Damage | undefined]>([
    ["a conflict", joined(begin, ...ours, "=======", ...other, end), "conflict"],
    [
      "with CRLF",
      joined(begin, ...ours, "=======", ...other, end).replaceAll("\n", "\r\n"),
      "conflict",
    ],
    [
      "one in the middle",
      joined(begin, ...body.slice(0, 2), ...ours, "=======", ...other, end),
      "conflict",
    ],
    ["one that shows the base", joined(begin, "||||||| 1234567", ...body, end), "conflict"],
    ["one that is half resolved", joined(begin, ...body, "=======", ...other, end), "conflict"],
    ["all but its end resolved", joined(begin, ...body, end, ">>>>>>> theirs"), "conflict"],
    ["a long marker first", joined(begin, `<<<<<<< ${"x".repeat(99)}`, ...body, end), "conflict"],
    ["both versions, by merge=union", joined(begin, ...body, ...theirBody, end), "two files"],
    ["two files", armored + theirs, "two files"],
    ["an empty line at the end", joined(begin, ...body, "", end), "empty line"],
    ["with CRLF", joined(begin, ...body, "", end).replaceAll("\n", "\r\n"), "empty line"],
    ["an empty line at the start", joined(begin, "", ...body, end), "empty line"],
    ["indented lines", joined(begin, ...body, end).replaceAll("\n", "\n  "), "blanks"],
    ["blanks at the ends", joined(begin, ...body.map((line) => `${line} `), end), "blanks"],
    ["an indented last line", joined(begin, ...body, ` ${end}`), "blanks"],
    ["no line breaks", armored.replaceAll("\n", " "), "no lines"],
    ["lines joined", armored.replaceAll("\n", ""), "no lines"],
    ["carriage returns alone", armored.replaceAll("\n", "\r"), "no lines"],
    ["no end", joined(begin, ...body), "cut armor"],
    ["half a line", armored.slice(0, 150), "cut armor"],
    ["its first line only", begin, "cut armor"],
    ["zeros", `${armored.slice(0, 150)}${"\0".repeat(150)}`, "zeros"],
    ["something else", joined(begin, "nonsense!", end), undefined],
  ])("%s", async (_, file, damage) => {
    await expectDamage(file, "invalid-armor", damage);
  });

  it("but the end of a full last line is no empty line", async () => {
    const whole = await collect(encodeArmor([new Uint8Array(96)]));
    expect((await collect(decodeArmor([whole]))).length).toBe(96);
  });
});

describe("a header that was damaged says by what", () => {
  const [version = "", ...lines] = Buffer.from(binary).toString("latin1").split("\n");
  it.each<[string, Uint8Array, Damage | undefined]>([
    ["CRLF", crlf(binary), "line ends"],
    [
      "CR alone",
      latin1(Buffer.from(binary).toString("latin1").replaceAll("\n", "\r")),
      "line ends",
    ],
    ["CRLF later", latin1(`${version}\n${lines.join("\r\n")}`), "line ends"],
    [
      "a conflict",
      latin1(joined(version, "<<<<<<< HEAD", ...lines, "=======", ...lines)),
      "conflict",
    ],
    ["nothing after its first line", bytes(`${version}\n`), "cut"],
    ["an end in a stanza", binary.slice(0, 60), "cut"],
    [
      "zeros after a crash",
      new Uint8Array([...binary.slice(0, 60), ...new Uint8Array(400)]),
      "zeros",
    ],
    ["a stanza without an arrow", latin1(`${version}\nx${lines.join("\n")}`), undefined],
  ])("%s", async (_, file, damage) => {
    await expectDamage(file, "invalid-header", damage);
  });
});

const pgp = [0x85, 0x01, 0x0c, 0x03, 0xaa, 0xbb];
const wide = (text: string): Buffer => Buffer.from(text, "utf16le");
const identity = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";

describe("something else in the file's place says what it is", () => {
  it.each<[string, Uint8Array | string, Damage | undefined]>([
    ["zeros", new Uint8Array(5), "zeros"],
    ["many zeros", new Uint8Array(100_000), "zeros"],
    ["the first letters", "age-enc", "cut"],
    ["the first letters of armor", "\n-----BEGIN AGE ENC", "cut armor"],
    ["UTF-16", wide("\ufeffage-encryption.org/v1\r\n"), "utf-16"],
    ["UTF-16 without a mark", wide("age-encryption.org/v1\r\n"), "utf-16"],
    ["armor in UTF-16", wide(`\ufeff${armored}`), "utf-16 armor"],
    ["armor in UTF-16, big endian", wide(`\ufeff${armored}`).swap16(), "utf-16 armor"],
    ["armor in UTF-16 without a mark", wide(armored), "utf-16 armor"],
    ["a byte order mark", `\ufeff${armored}`, "mark"],
    ["a conflict of whole files", joined("<<<<<<< HEAD", armored, "=======", theirs), "conflict"],
    [
      "a pointer of Git LFS",
      "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n",
      "lfs",
    ],
    ["an early one", "version https://hawser.github.com/spec/v1\noid sha256:1\n", "lfs"],
    ["one with CRLF", "version https://git-lfs.github.com/spec/v1\r\noid sha256:1\r\n", "lfs"],
    [
      "a conflict of pointers",
      joined("version https://git-lfs.github.com/spec/v1", "<<<<<<< HEAD", "oid"),
      "conflict",
    ],
    ["a pointer of git-annex", "/annex/objects/SHA256E-s1--ab.age\n", "annex"],
    [
      "a link of git-annex as text",
      "../.git/annex/objects/a/b/SHA256E-s1--ab/SHA256E-s1--ab",
      "annex",
    ],
    ["git-crypt", latin1("\0GITCRYPT\0\x01\x02\x03"), "git-crypt"],
    ["gpg, armored", "-----BEGIN PGP MESSAGE-----\n\nhQ\n", "openpgp"],
    ["gpg, binary", Uint8Array.from(pgp), "seems openpgp"],
    ["gpg with a passphrase", Uint8Array.of(0x8c, 0x0d, 0x04, 0x09, 0x03), "seems openpgp"],
    ["SOPS", '{"data": "ENC[AES256_GCM,data:x,iv:y]"}', "sops"],
    ["SOPS as YAML", "key: ENC[AES256_GCM,data:x,iv:y]\n", "sops"],
    ["Ansible Vault", "$ANSIBLE_VAULT;1.1;AES256\n61\n", "vault"],
    ["openssl enc", latin1("Salted__\xaa\xbb"), "openssl"],
    ["an age of before v1", "This is a file encrypted with age-tool.com, version 1\n", "first age"],
    ["a banner of comments", `${"# ".repeat(32)}\n`, "plain"],
    ["an identity", `# created: now\n# public key: age1x\n${identity}\n`, "identity"],
    ["an SSH key", "-----BEGIN OPENSSH PRIVATE KEY-----\n", "identity"],
    ["a page", "\n<!DOCTYPE html>\n<html>", "html"],
    ["a page with a mark", "\ufeff<html>", "html"],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "html"],
    ["JSON", '{"message": "Not Found"}', "json"],
    ["a server's error", "404: Not Found", "server error"],
    ["a server's status", "HTTP/1.1 503 \nX", "server error"],
    ["TOML", '[[package]]\nname = "a"\n', "plain"],
    ["a note with a link", "[[Home]] and [] todo\n", "plain"],
    ["a property list", '<?xml version="1.0"?>\n<plist><dict/></plist>\n', "plain"],
    ["a text with a remark", "<!-- note -->\n# Title\n", "plain"],
    ["an address", "500 Main Street\n", "plain"],
    ["armor after too much whitespace", `${" ".repeat(1025)}${armored}`, undefined],
    ["armor after a little more", `${" ".repeat(1040)}${armored}`, undefined],
    ["armor after much more", `${" ".repeat(1057)}${armored}`, undefined],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 0x08, 0, 0), "archive"],
    ["zip", latin1("PK\x03\x04\xff"), "archive"],
    ["a letter around armor", `Hello,\n\n${armored}`, "text before"],
    ["a text", "key: value\n# Überschrift\n", "plain"],
    ["anything else", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0), undefined],
    ["a letter of UTF-8 and a control", "a\u0001", undefined],
  ])("%s", async (_, file, damage) => {
    await expectDamage(file, "not-age", damage);
  });
});
