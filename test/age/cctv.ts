import * as packaged from "cctv-age";
import { inflateSync } from "node:zlib";
import { text } from "./kit";

export type Expectation =
  "success" | "no match" | "HMAC failure" | "header failure" | "armor failure" | "payload failure";

/** A vector of C2SP's CCTV test kit. */
export interface Vector {
  readonly name: string;
  readonly expect: Expectation;
  readonly file: Uint8Array;
  readonly armored: boolean;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly fileKey: Uint8Array;
  /** SHA-256 of the plaintext that is released, in hex. */
  readonly payload: string | null;
}

/** All vectors whose recipients Cage has. */
export const vectors: readonly Vector[] = Object.entries(
  packaged as unknown as Record<string, Uint8Array>,
)
  .filter(([name]) => !name.startsWith("hybrid"))
  .map(([name, content]) => parse(name, content));

function parse(name: string, content: Uint8Array): Vector {
  const end = Buffer.from(content).indexOf("\n\n");
  const fields = text(content.subarray(0, end))
    .split("\n")
    .map((line) => /^([^:]+): (.*)$/.exec(line)?.slice(1) ?? []);
  const all = (key: string): string[] => fields.flatMap(([k, v = ""]) => (k === key ? [v] : []));
  const known = ["expect", "payload", "identity", "passphrase", "armored", "compressed"];
  const unknown = fields.filter(([k = ""]) => ![...known, "file key", "comment"].includes(k));
  if (unknown.length > 0) throw new Error(`vector ${name} has unknown fields`);

  const body = content.subarray(end + 2);
  return {
    name,
    expect: all("expect")[0] as Expectation,
    file: all("compressed")[0] === "zlib" ? inflateSync(body) : body,
    armored: all("armored")[0] === "yes",
    identities: all("identity"),
    passphrases: all("passphrase"),
    fileKey: Uint8Array.from(Buffer.from(all("file key")[0] ?? "", "hex")),
    payload: all("payload")[0] ?? null,
  };
}
