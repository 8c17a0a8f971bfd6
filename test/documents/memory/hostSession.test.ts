import { describe, expect, it } from "vitest";
import { rememberHost, sessionOfHost } from "../../../src/documents/memory/hostSession";
import type { Memory } from "../../../src/documents/memory/memory";

const home = "host boot pid:[1]";
const first = "0123456789abcdef".repeat(2);

function memory(): Memory & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  return {
    values,
    get: (key) => values.get(key),
    set: (key, value) => Promise.resolve(void values.set(key, value)),
  };
}

/** Remembers a host. @returns the session of the next one. */
async function next({ alive = false, unsaved = true, at = home } = {}): Promise<string> {
  const remembered = memory();
  await rememberHost(remembered, { pid: 7, start: "then", home, session: first });
  const isAlive = (pid: number, start: string) => alive && pid === 7 && start === "then";
  return sessionOfHost(remembered, { isAlive }, at, unsaved, () => "fresh");
}

describe("an extension host that starts", () => {
  it("beside unsaved text goes on with the drafts of the one that ended", async () => {
    expect(await next()).toBe(first);
  });

  it.each([
    ["in a new window", { unsaved: false }],
    ["beside one that runs, of another window", { alive: true }],
    ["on another machine", { at: "elsewhere boot pid:[1]" }],
  ])("%s has drafts of its own", async (_where, situation) => {
    expect(await next(situation)).toBe("fresh");
  });

  it.each([
    ...[undefined, null, "first", 7, {}, { pid: "7", start: "", home, session: first }],
    ...["", "../x", `${first}0`, "g".repeat(32)].map((session) => ({
      ...{ pid: 7, start: "", home, session },
    })),
  ])("believes no memory that is none: %j", (value) => {
    const remembered = memory();
    remembered.values.set("cage.host", value);
    const nobody = { isAlive: () => false };
    expect(sessionOfHost(remembered, nobody, home, true, () => "fresh")).toBe("fresh");
  });
});
