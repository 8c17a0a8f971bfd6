import { describe, expect, it } from "vitest";
import type { Choice, StrategyRequest } from "../../../src/strategies/selectStrategy";
import type { Situation } from "../../../src/strategies/situation";
import { chooserText, strategyRows } from "../../../src/vscode/wording/strategyText";
import { situation } from "../situation";

const passphrase: StrategyRequest = {
  ...{ operation: "decrypt", isDocument: true, size: 0 },
  key: { kind: "passphrase", passphrase: null },
};
const keys: StrategyRequest = { ...passphrase, key: { kind: "keys" } };
const byDefault: Choice = { strategy: "auto", by: "default", pipesPassphrases: false };

async function details(request: StrategyRequest, here: Situation): Promise<readonly string[]> {
  return (await strategyRows(request, here, byDefault, null)).map((row) => row.detail);
}

describe("the choices of Choose Strategy…", () => {
  it("tell what each would do with a file that has keys", async () => {
    expect(await details(keys, situation())).toEqual([
      "uses native, which supports everything this file needs",
      "Cage itself, in this process and its worker threads",
      "age 1.1.1: streams through it",
      "age 1.1.1: document through files in memory",
    ]);
  });

  it("tell how a passphrase gets to the program", async () => {
    const typed = "age 1.1.1: passphrase typed on a pseudo-terminal";
    expect((await details(passphrase, situation())).slice(2)).toEqual([
      `${typed}, streams through it`,
      `${typed}, document through files in memory`,
    ]);
    const newer = situation({}, { version: "1.3.1", takesPassphrases: true });
    expect((await details(passphrase, newer))[2]).toBe(
      "age 1.3.1: passphrase handed over without a terminal, streams through it",
    );
  });

  it("tell what stands in the way", async () => {
    const missing = { missing: "neither age nor rage is on the PATH" };
    expect((await details(keys, situation({ program: missing }))).slice(2)).toEqual([
      "can't: neither age nor rage is on the PATH",
      "can't: neither age nor rage is on the PATH",
    ]);
    const rows = await strategyRows(keys, situation({ program: missing }), byDefault, null);
    expect(rows.map(({ obstacle }) => obstacle)).toEqual([
      null,
      null,
      missing.missing,
      missing.missing,
    ]);
    expect((await details(passphrase, situation({ hasPty: false })))[2]).toBe(
      "can't: age 1.1.1 takes a passphrase at a terminal only, and there is no node-pty to make one",
    );
  });

  it("tell what the one in force comes to where that is another one", async () => {
    const inForce: Choice = { ...byDefault, strategy: "pipe", by: "environment" };
    const rows = await strategyRows(passphrase, situation(), inForce, null);
    expect(rows.find(({ choice }) => choice === "pipe")?.detail).toBe(
      "uses tempfile, which is the first that can do it here; not pipe: CAGE_PASSPHRASE_PIPE is not set",
    );
  });

  it("tell which is in force, and who chose it", async () => {
    const inForce: Choice = { ...byDefault, strategy: "pipe", by: "setting" };
    const rows = await strategyRows(keys, situation(), inForce, "workspace");
    expect(rows.map(({ choice, description }) => `${choice} ${description}`)).toEqual([
      "auto ",
      "native ",
      "pipe current (the workspace's settings)",
      "tempfile ",
    ]);
    const [auto] = await strategyRows(keys, situation(), byDefault, null);
    expect(auto?.description).toBe("current (default)");
    expect(chooserText({ ...inForce, by: "environment" }, null)).toBe(
      "CAGE_STREAMING_STRATEGY asks for it",
    );
    expect(chooserText(byDefault, null)).toBe("it is the default");
  });
});
