import { describe, expect, it, vi } from "vitest";

import { collect, encrypt } from "../../src/age/age";
import { ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import type { IdentityPlace } from "../../src/keys/identityPlaces";
import { type IdentitySources, readIdentities } from "../../src/keys/identitySearch";

const identities = [X25519Identity.generate(), X25519Identity.generate()] as const;
const keys = identities.map((each) => new TextDecoder().decode(each.encode()));
const recipients = identities.map((each) => each.recipient.toString());
const [key, otherKey] = keys as [string, string];
const [recipient, otherRecipient] = recipients as [string, string];

const setting = (path: string): IdentityPlace => ({ kind: "file", path, origin: "setting" });
const usual = (path: string): IdentityPlace => ({ kind: "file", path, origin: "usual place" });
const variable = (name: string): IdentityPlace => ({
  kind: "variable",
  name,
  origin: "environment",
});

interface FakeFile {
  readonly text: string;
  readonly mode?: number | null;
  readonly isFile?: boolean;
  readonly size?: number;
  readonly failure?: Error;
}

/** Makes a machine with these files and variables. It records every buffer that it returns. */
function machine(
  files: Record<string, FakeFile>,
  variables: Record<string, string> = {},
): IdentitySources & { readonly buffers: Uint8Array[] } {
  const buffers: Uint8Array[] = [];
  return {
    buffers,
    stat: (path) => {
      const file = files[path];
      if (file === undefined) return Promise.resolve(null);
      const { isFile = true, text, size = text.length, mode = 0o100600 } = file;
      return Promise.resolve({ isFile, size, mode });
    },
    readFile: (path) => {
      const file = files[path];
      if (file?.failure !== undefined) return Promise.reject(file.failure);
      const buffer = new TextEncoder().encode(file?.text);
      buffers.push(buffer);
      return Promise.resolve(buffer);
    },
    readVariable: (name) => variables[name],
  };
}

describe("the search for identities", () => {
  it("finds them in the order of the places, with where they came from", async () => {
    const sources = machine({ "/b": { text: otherKey }, "/a": { text: `# mine\n${key}\n` } });
    const { found, problems } = await readIdentities([setting("/b"), usual("/a")], sources);
    expect(found.map((each) => [each.path, each.identity.recipient.toString()])).toEqual([
      ["/b", otherRecipient],
      ["/a", recipient],
    ]);
    expect(problems).toEqual([]);
  });

  it("asks about all files before it waits for one", async () => {
    const sources = machine({ "/b": { text: otherKey }, "/a": { text: key } });
    const asked: string[] = [];
    const stat = sources.stat.bind(sources);
    sources.stat = async (path) => {
      asked.push(path);
      await Promise.resolve();
      expect(asked).toEqual(["/b", "/a"]);
      return stat(path);
    };
    const { found } = await readIdentities([setting("/b"), usual("/a")], sources);
    expect(found.map(({ path }) => path)).toEqual(["/b", "/a"]);
  });

  it("finds several in an environment variable", async () => {
    const sources = machine({}, { SOPS_AGE_KEY: `${key}\n${otherKey}` });
    const { found } = await readIdentities([variable("SOPS_AGE_KEY")], sources);
    expect(found.map((each) => each.path)).toEqual(["SOPS_AGE_KEY", "SOPS_AGE_KEY"]);
  });

  it.each([
    [`${key} ${otherKey}`],
    [`# one two\n${key}\t ${otherKey}\n`],
    [` ${key}\r\n${otherKey} `],
  ])("splits the variable of SOPS at white space, as SOPS does: %#", async (value) => {
    const sources = machine({}, { SOPS_AGE_KEY: value });
    const { found, problems } = await readIdentities([variable("SOPS_AGE_KEY")], sources);
    expect([found.length, problems]).toEqual([2, []]);
  });

  it("splits no other variable, and no file", async () => {
    const text = `${key} ${otherKey}`;
    const sources = machine({ "/a": { text } }, { AGE_IDENTITY: text });
    const { found, problems } = await readIdentities(
      [variable("AGE_IDENTITY"), setting("/a")],
      sources,
    );
    expect([found.length, problems.length]).toEqual([0, 2]);
  });

  it("returns a key that lies in several places once, and wipes the others", async () => {
    const wipe = vi.spyOn(X25519Identity.prototype, "wipe");
    const sources = machine({ "/a": { text: key }, "/b": { text: `${key}\n${otherKey}` } });
    const { found } = await readIdentities([usual("/a"), usual("/b")], sources);
    expect(found.map((each) => each.path)).toEqual(["/a", "/b"]);
    expect(wipe).toHaveBeenCalledOnce();
    wipe.mockRestore();
  });

  it("returns encrypted files whole and reports what it cannot use", async () => {
    const whom = new ScryptRecipient(new TextEncoder().encode("right"), 10);
    const encryption = encrypt([new TextEncoder().encode(key)], [whom], "armored");
    const armored = new TextDecoder().decode(await collect(encryption));
    const sources = machine({
      "/e": { text: armored, mode: 0o644 },
      "/p": { text: `#\nAGE-PLUGIN-YUBIKEY-1QQ\n${key}` },
    });
    const { found, encrypted, unsupported, exposed } = await readIdentities(
      [usual("/e"), usual("/p")],
      sources,
    );
    expect(found).toHaveLength(1);
    expect(encrypted).toEqual([{ path: "/e", content: new TextEncoder().encode(armored) }]);
    expect(unsupported).toEqual([{ path: "/p", line: 2, kind: "plugin" }]);
    expect(exposed, "what a passphrase protects is not exposed").toEqual([]);
  });

  it("wipes what it read, also when it is bad", async () => {
    const sources = machine({ "/a": { text: key }, "/b": { text: `${key}\nnonsense` } });
    await readIdentities([usual("/a"), usual("/b")], sources);
    expect(sources.buffers).toHaveLength(2);
    for (const buffer of sources.buffers) expect(buffer.every((byte) => byte === 0)).toBe(true);
  });

  const modes: [mode: number | null, isExposed: boolean][] = [
    [0o100600, false],
    [0o100400, false],
    [0o100611, false],
    [0o100620, true],
    [0o100602, true],
    [0o100640, true],
    [0o100604, true],
    [0o100644, true],
    [null, false],
  ];
  it.each(modes)(
    "tells whether a file of mode %s is open to others: %s",
    async (mode, isExposed) => {
      const { found, exposed } = await readIdentities(
        [usual("/a")],
        machine({ "/a": { text: key, mode } }),
      );
      expect(found).toHaveLength(1);
      expect(exposed).toEqual(isExposed ? [{ path: "/a", mode }] : []);
    },
  );
});

describe("a bad place", () => {
  const failure = Object.assign(new Error("EACCES: permission denied, with details"), {
    code: "EACCES",
  });
  const cases: [string, IdentityPlace, FakeFile | null, code: string | null, message: RegExp][] = [
    ["missing where a setting names it", setting("/x"), null, "unreadable-identity-file", /exist$/],
    ["missing where it is only usual", usual("/x"), null, null, /./],
    [
      "not to be read",
      usual("/x"),
      { text: "", failure },
      "unreadable-identity-file",
      /^\/x cannot be read \(EACCES\)$/,
    ],
    [
      "failing without a code",
      usual("/x"),
      { text: "", failure: new Error(key) },
      "unreadable-identity-file",
      /^\/x cannot be read$/,
    ],
    ["a folder where it is only usual", usual("/x"), { text: "", isFile: false }, null, /./],
    [
      "a folder",
      setting("/x"),
      { text: "", isFile: false },
      "unreadable-identity-file",
      /not a file/,
    ],
    ["huge", usual("/x"), { text: "", size: 2 ** 24 + 1 }, "unreadable-identity-file", /16 MiB/],
    ["empty", usual("/x"), { text: "" }, "invalid-identity", /holds no identity/],
    ["a recipient", usual("/x"), { text: recipient }, "invalid-identity", /is a recipient/],
    [
      "an identity in the settings",
      { kind: "misplaced", origin: "setting" },
      null,
      "invalid-identity",
      /in the settings/,
    ],
    ["a variable that is gone", variable("GONE"), null, null, /./],
  ];
  it.each(cases)("that is %s takes no other away", async (_, place, file, code, message) => {
    const sources = machine({
      "/good": { text: key },
      "/last": { text: otherKey },
      ...(file === null ? {} : { "/x": file }),
    });
    const { found, problems } = await readIdentities(
      [usual("/good"), place, usual("/last")],
      sources,
    );
    expect(found.map((each) => each.path)).toEqual(["/good", "/last"]);
    expect(problems.map((problem) => problem.code)).toEqual(code === null ? [] : [code]);
    for (const problem of problems) {
      expect(problem.message).toMatch(message);
      expect(problem.message).not.toContain(key);
    }
  });

  it("below a file is none where it is only usual", async () => {
    const sources = machine({});
    sources.stat = () => Promise.reject(Object.assign(new Error(), { code: "ENOTDIR" }));
    expect((await readIdentities([usual("/x")], sources)).problems).toEqual([]);
    const { problems } = await readIdentities([setting("/x")], sources);
    expect(problems.map(({ message }) => message)).toEqual(["/x cannot be read (ENOTDIR)"]);
  });

  it("whose stat fails is told with the system's code only", async () => {
    const sources = machine({});
    sources.stat = () => Promise.reject(failure);
    const { problems } = await readIdentities([usual("/x")], sources);
    expect(problems.map((problem) => problem.message)).toEqual(["/x cannot be read (EACCES)"]);
  });
});
