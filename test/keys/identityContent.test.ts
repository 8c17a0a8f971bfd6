import { describe, expect, it } from "vitest";
import { X25519Identity } from "../../src/age/x25519";
import { holdsIdentity } from "../../src/keys/identityContent";
import { bytes, loopTurns } from "../age/kit";

const key = new TextDecoder().decode(X25519Identity.generate().encode());
const plugin = "AGE-PLUGIN-YUBIKEY-1QJPQZLZZ6C8VRKQL0RYQY";

describe("an identity is seen in", () => {
  it.each([
    ["an identity file", `# created: today\n# public key: age1x\n${key}\n`],
    ["one with the line ends of Windows", `# a\r\n${key}\r\n`],
    ["a file of another format", `env:\n  SOPS_AGE_KEY: "${key}"\n`],
    ["one for after quantum computers", "AGE-SECRET-KEY-PQ-1QQQQQQQQQQ\n"],
    ["one of a plugin", `# serial: 1\n${plugin}\n`],
    ["one of a plugin whose name has a digit and a dash", "AGE-PLUGIN-A-1B-1QQQQQQ"],
    ["an SSH key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1\n"],
    ["an RSA key", "-----BEGIN RSA PRIVATE KEY-----\nMII\n"],
    ["a key of PKCS #8", "-----BEGIN PRIVATE KEY-----\nMII\n"],
    ["an encrypted key of PKCS #8", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII\n"],
    ["a key of PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\n"],
    ["one of a plugin after a plugin without", `AGE-PLUGIN-${"A".repeat(60)}-${plugin}`],
    ["one of a plugin whose name is a mark", "AGE-PLUGIN-AGE-PLUGIN-1QQQQQQ"],
    ["one of a plugin with the longest name", `AGE-PLUGIN-${"A".repeat(64)}-1QQQQQQ`],
    ["one at the end of what is searched at once", `${" ".repeat(2 ** 16 - 1)}${plugin}`],
  ])("%s", async (_what, text) => {
    expect(await holdsIdentity(bytes(text))).toBe(true);
  });
});

describe("no identity is seen in", () => {
  it.each([
    ["nothing", ""],
    [
      "a recipients file",
      "# alice\nage1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj\n",
    ],
    [
      "a text about identities",
      "An identity begins with AGE-SECRET-KEY-1…, or AGE-PLUGIN-NAME-1…\n",
    ],
    ["a public key", "-----BEGIN PUBLIC KEY-----\nMII\n"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nMII PRIVATE KEY-----\n"],
    ["an age file", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"],
    ["a mark that is cut off", "AGE-SECRET-KEY-1QQQQQ"],
    ["a plugin whose name is too long", `AGE-PLUGIN-${"A".repeat(65)}-1QQQQQQ`],
    ["a plugin whose name has another character", "AGE-PLUGIN-A B-1QQQQQQ"],
  ])("%s", async (_what, text) => {
    expect(await holdsIdentity(bytes(text))).toBe(false);
  });
});

describe("a file that is full of beginnings of identities", () => {
  const hostile = ["AGE-PLUGIN-", "AGE-PLUGIN-A-1", "-----BEGIN A", "AGE-SECRET-KEY-", "A", "-"];
  const full = (unit: string, length: number) =>
    bytes(unit.repeat(Math.ceil(length / unit.length)).slice(0, length));

  it.each(hostile)("is looked at a few times for each of its bytes (%s)", async (unit) => {
    let reads = 0;
    const counted = (of: Uint8Array): Uint8Array =>
      new Proxy(of, {
        get: (target, key) => {
          if (key === "subarray") {
            return (from: number, to: number) => counted(target.subarray(from, to));
          }
          if (typeof key === "string" && /^\d+$/.test(key)) reads++;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        },
      });
    const length = 2 ** 16;
    expect(await holdsIdentity(counted(full(unit, length)))).toBe(false);
    expect(reads).toBeGreaterThan(length / 2);
    expect(reads).toBeLessThan(length * 25);
  });

  it("lets others have their turn while it is searched", async () => {
    const turns = loopTurns();
    expect(await holdsIdentity(full("AGE-PLUGIN-", 2 ** 20))).toBe(false);
    expect(turns()).toBeGreaterThanOrEqual(2 ** 20 / 2 ** 16 - 1);
  });
});
