import { describe, expect, it } from "vitest";
import { X25519Identity } from "../../src/age/x25519";
import { holdsIdentity } from "../../src/keys/identityContent";
import { bytes } from "../age/kit";

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
  ])("%s", (_what, text) => {
    expect(holdsIdentity(bytes(text))).toBe(true);
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
  ])("%s", (_what, text) => {
    expect(holdsIdentity(bytes(text))).toBe(false);
  });
});
