import { Uri } from "vscode";
import { afterEach, describe, expect, it } from "vitest";
import { documentUri, encryptedPath, placeOf, scheme } from "../../src/vscode/uris";
import { platform } from "./vscodeShim";

const initially = platform.isWindows;
afterEach(() => {
  platform.isWindows = initially;
});

const cage = (path: string, query = "") => Uri.from({ scheme, path, query });

describe("the URI of a decrypted document", () => {
  const cases: [path: string, uri: string, isWindows: boolean][] = [
    ["/w/secrets.yaml.age", "/w/secrets.yaml.age/secrets.yaml", false],
    ["/w/SECRETS.YAML.AGE", "/w/SECRETS.YAML.AGE/SECRETS.YAML", false],
    ["/w/a.cage", "/w/a.cage/a", false],
    ["/w/twice.txt.age.age", "/w/twice.txt.age.age/twice.txt", false],
    ["/w/two words/é 秘密 #1?.txt.age", "/w/two words/é 秘密 #1?.txt.age/é 秘密 #1?.txt", false],
    ["/w/folder.age/b.txt.age", "/w/folder.age/b.txt.age/b.txt", false],
    ["/.age", "/.age/decrypted", false],
    ["/w/..age", "/w/..age/decrypted", false],
    ["/w/...age", "/w/...age/decrypted", false],
    ["c:\\w\\a.yaml.age", "/c:/w/a.yaml.age/a.yaml", true],
    ["c:\\a.age", "/c:/a.age/a", true],
  ];
  it.each(cases)("of %s comes and goes", (path, uri, isWindows) => {
    platform.isWindows = isWindows;
    const document = documentUri(path);
    expect([document.scheme, document.path, document.query]).toEqual([scheme, uri, ""]);
    expect(placeOf(document)).toEqual({ kind: "document", path });
    expect(encryptedPath(document)).toBe(path);
  });
});

describe("what a URI stands for", () => {
  const cases: [uri: string, kind: string, path: string][] = [
    ["/w/a.txt.age/a.txt", "document", "/w/a.txt.age"],
    ["/w/a.txt.age", "encrypted file", "/w/a.txt.age"],
    ["/w/a.txt.age/other.txt", "folder", "/w/a.txt.age/other.txt"],
    ["/w/a.txt.age/a.txt/a.txt", "folder", "/w/a.txt.age/a.txt/a.txt"],
    ["/w/a.age/b.age", "encrypted file", "/w/a.age/b.age"],
    ["/w/plain.txt", "folder", "/w/plain.txt"],
    ["/w", "folder", "/w"],
    ["/", "folder", "/"],
  ];
  it.each(cases)("%s", (uri, kind, path) => {
    expect(placeOf(cage(uri))).toEqual({ kind, path });
    expect(encryptedPath(cage(uri))).toBe(kind === "document" ? path : null);
  });

  it("does not depend on the query that a preview appends", () => {
    expect(encryptedPath(cage("/w/a.txt.age/a.txt", "version=1"))).toBe("/w/a.txt.age");
  });

  it("is nothing of Cage's in another scheme", () => {
    expect(encryptedPath(Uri.file("/w/a.txt.age/a.txt"))).toBeNull();
    const compared = Uri.from({ scheme: "cage-disk", path: "/w/a.txt.age/a.txt" });
    expect(encryptedPath(compared)).toBeNull();
  });
});
