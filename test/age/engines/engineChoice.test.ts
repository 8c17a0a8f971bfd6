import { afterEach, describe, expect, it, vi } from "vitest";
import type { EngineImplementation } from "../../../src/age/engines/engine";
import {
  aead,
  chunkRuns,
  engine,
  fastestEngine,
  forceEngine,
  isSound,
  preferEngine,
  rememberFastest,
} from "../../../src/age/engines/engineChoice";
import { passesKnownAnswers } from "../../../src/age/engines/knownAnswers";
import { openssl } from "../../../src/age/engines/openssl";
import { portable } from "../../../src/age/engines/portable";
import { wasm } from "../../../src/age/engines/wasm";

afterEach(() => {
  forceEngine(null);
  preferEngine("auto");
  rememberFastest(null);
  vi.restoreAllMocks();
  vi.resetModules();
});

/** Imports the choice in a runtime in which some engines are missing or wrong. */
async function choiceWithout(
  ...lacking: readonly [EngineImplementation, "missing" | "wrong"][]
): Promise<typeof import("../../../src/age/engines/engineChoice")> {
  for (const [implementation, how] of lacking) {
    vi.doMock(`../../../src/age/engines/${implementation.name}`, () => ({
      [implementation.name]: {
        ...implementation,
        isAvailable: () => how !== "missing",
        aead: (key: Uint8Array) => implementation.aead(key.map((byte) => byte ^ 1)),
      },
    }));
  }
  const choice = await import("../../../src/age/engines/engineChoice");
  for (const [{ name }] of lacking) vi.doUnmock(`../../../src/age/engines/${name}`);
  return choice;
}

describe("the engine", () => {
  it("is OpenSSL's in this Node, until something else was found faster", () => {
    expect(engine()).toBe("openssl");
    rememberFastest("wasm");
    expect(engine()).toBe("wasm");
    rememberFastest(null);
    expect(engine()).toBe("openssl");
  });

  it("is the one that is preferred, whatever is fastest", () => {
    rememberFastest("openssl");
    preferEngine("wasm");
    expect(engine()).toBe("wasm");
    preferEngine("openssl");
    expect(engine()).toBe("openssl");
    preferEngine("auto");
    rememberFastest("wasm");
    expect(engine()).toBe("wasm");
  });

  it("can be forced, for tests", () => {
    preferEngine("wasm");
    forceEngine("portable");
    expect(engine()).toBe("portable");
    forceEngine(null);
    expect(engine()).toBe("wasm");
  });

  it.each([
    [[[openssl, "missing"]], "wasm"],
    [[[openssl, "wrong"]], "wasm"],
    [[[wasm, "missing"]], "openssl"],
    [
      [
        [openssl, "missing"],
        [wasm, "wrong"],
      ],
      "portable",
    ],
    [
      [
        [openssl, "wrong"],
        [wasm, "missing"],
      ],
      "portable",
    ],
  ] as [[EngineImplementation, "missing" | "wrong"][], string][])(
    "is a sound one, whatever is wished (%#)",
    async (lacking, expected) => {
      const choice = await choiceWithout(...lacking);
      for (const wished of ["auto", "openssl", "wasm"] as const) {
        choice.preferEngine(wished);
        choice.rememberFastest("openssl");
        expect(choice.engine()).toBe(expected);
      }
      expect(choice.fastestEngine(() => performance.now())).toBe(expected);
      expect(choice.isSound(lacking[0]?.[0].name ?? "portable")).toBe(false);
    },
  );

  it("is measured by the time that it takes", () => {
    // The clock moves only while a certain engine works.
    for (const slow of [openssl, wasm]) {
      let time = 0;
      const make: EngineImplementation["chunkRuns"] = slow.chunkRuns.bind(slow);
      vi.spyOn(slow, "chunkRuns").mockImplementation((...args) => {
        const cipher = make(...args);
        return {
          ...cipher,
          seal: (run) => {
            time += 10;
            return cipher.seal(run);
          },
        };
      });
      expect(fastestEngine(() => time)).toBe(slow === openssl ? "wasm" : "openssl");
      vi.restoreAllMocks();
    }
  });
});

describe("known answers", () => {
  it("are given by all engines", () => {
    for (const implementation of [openssl, wasm, portable]) {
      expect(implementation.isAvailable()).toBe(true);
      expect(passesKnownAnswers(implementation)).toBe(true);
      expect(isSound(implementation.name)).toBe(true);
    }
  });

  const run = openssl.chunkRuns(new Uint8Array(32), 1, 1);
  const faults: [what: string, faulty: Partial<EngineImplementation>][] = [
    ["has another key", { aead: (key) => openssl.aead(key.map((byte) => byte ^ 1)) }],
    [
      "opens anything",
      {
        aead: (key) => ({
          ...openssl.aead(key),
          open: (_nonce, text) => text.slice(16).fill(0),
        }),
      },
    ],
    ["refuses everything", { aead: (key) => ({ ...openssl.aead(key), open: () => null }) }],
    [
      "throws",
      {
        aead: () => {
          throw new Error("no such cipher");
        },
      },
    ],
    [
      "counts chunks with 32 bits",
      {
        chunkRuns: (...args) => {
          const cipher = openssl.chunkRuns(...args);
          return {
            ...cipher,
            seal: (one) => cipher.seal({ ...one, index: one.index % 2 ** 32 }),
            open: (one) => cipher.open({ ...one, index: one.index % 2 ** 32 }),
          };
        },
      },
    ],
    [
      "takes no notice of the last chunk",
      {
        chunkRuns: (...args) => {
          const cipher = openssl.chunkRuns(...args);
          return { ...cipher, seal: (one) => cipher.seal({ ...one, position: "inner" }) };
        },
      },
    ],
    [
      "opens false chunks of a run",
      {
        chunkRuns: (...args) => ({
          ...openssl.chunkRuns(...args),
          open: () => ({ ...run.open({ ...emptyRun(), length: 16 }), failed: null }),
        }),
      },
    ],
  ];
  const emptyRun = () => ({
    ...{ buffer: run.buffers[0] ?? new Uint8Array(0), index: 0 },
    ...({ length: 0, position: "last" } as const),
  });
  it.each(faults)("are not given by an engine that %s", (_what, faulty) => {
    expect(passesKnownAnswers({ ...openssl, ...faulty })).toBe(false);
  });

  it("are asked for at most once", () => {
    const asked = vi.spyOn(openssl, "aead");
    isSound("openssl");
    isSound("openssl");
    expect(asked).not.toHaveBeenCalled();
    aead(new Uint8Array(32), "openssl");
    chunkRuns("openssl", new Uint8Array(32), 1, 1);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
