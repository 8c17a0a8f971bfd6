import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ptyLoader } from "../../../../src/strategies/cli/process/pty";
import { testFolder } from "../../../testFolder";

/** Makes folders for an extension and for VS Code. */
function folders(): { extension: string; appRoot: string } {
  const path = testFolder();
  const [extension, appRoot] = [join(path, "extension"), join(path, "app")];
  mkdirSync(extension);
  return { extension, appRoot };
}

/** Installs a module that calls itself node-pty. */
function install(folder: string, code = "exports.spawn = () => __dirname;"): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), code);
}

const placesOfVscode = ["node_modules.asar", "node_modules", "node_modules.asar.unpacked"];

describe("node-pty is", () => {
  it("our own where it is there", () => {
    const { extension, appRoot } = folders();
    install(join(extension, "dist/node-pty"));
    install(join(appRoot, "node_modules/node-pty"));
    expect(ptyLoader(extension, appRoot)()?.origin).toBe("Cage's");
  });

  it.each(placesOfVscode)("VS Code's in %s where ours is missing", (place) => {
    const { extension, appRoot } = folders();
    install(join(appRoot, place, "node-pty"));
    expect(ptyLoader(extension, appRoot)()?.origin).toBe("VS Code's");
  });

  it.each([
    ["does not load", "throw new Error('built for another runtime');"],
    ["is something else", "exports.spawn = 'no function';"],
  ])("VS Code's where ours %s", (_, code) => {
    const { extension, appRoot } = folders();
    install(join(extension, "dist/node-pty"), code);
    install(join(appRoot, "node_modules/node-pty"));
    expect(ptyLoader(extension, appRoot)()?.origin).toBe("VS Code's");
  });

  it("nobody's without either, and is not looked for again", () => {
    const { extension, appRoot } = folders();
    const load = ptyLoader(extension, appRoot);
    expect(load()).toBeNull();
    install(join(extension, "dist/node-pty"));
    expect(load()).toBeNull();
  });

  it("loaded when it is first asked for, not before", () => {
    const { extension, appRoot } = folders();
    const load = ptyLoader(extension, appRoot);
    install(join(extension, "dist/node-pty"));
    expect(load()?.origin).toBe("Cage's");
  });
});
