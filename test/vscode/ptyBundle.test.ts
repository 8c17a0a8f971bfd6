import { afterEach, expect, it, vi } from "vitest";

/** The build script, whose types are declared here because it has none. */
const script = new URL("../../scripts/ptyBundle.mjs", import.meta.url).href;
const { bundlePty } = (await import(script)) as {
  readonly bundlePty: (purpose: "for a try" | "for a package", packed: string) => Promise<void>;
};

afterEach(() => {
  vi.restoreAllMocks();
});

it("a build without node-pty says so", async () => {
  const told = vi.spyOn(console, "error").mockReturnValue();
  await bundlePty("for a try", "/nowhere/node-pty");
  expect(told.mock.calls).toEqual([[expect.stringMatching(/^SKIPPED dist\/node-pty: /)]]);
});

it("no package is made without node-pty", async () => {
  await expect(bundlePty("for a package", "/nowhere/node-pty")).rejects.toThrow(
    "no package is made: node-pty is not in /nowhere/node-pty",
  );
});
