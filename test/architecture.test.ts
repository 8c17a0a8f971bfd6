import { build, type BuildOptions } from "esbuild";
import { readdir, readFile } from "node:fs/promises";
import { dirname, posix } from "node:path";
import { expect, describe, it } from "vitest";
import { mayImport } from "./layers";

/** The script that builds the bundles. It has no types, so a cast declares those of its options. */
const script = new URL("../esbuild.mjs", import.meta.url).href;
const { options } = (await import(script)) as { readonly options: BuildOptions };

/** The modules from outside that only some of the project's files or folders may import. */
const onlyFrom: readonly [module: RegExp, places: readonly string[]][] = [
  [/^vscode$/, ["src/vscode/", "src/assembly.ts", "src/extension.ts"]],
  // Only one file computes in each engine's way; engineChoice.ts chooses among them.
  [/^(node:)?crypto$/, ["src/age/primitives.ts", "src/age/engines/openssl.ts"]],
  [/^@noble\//, ["src/age/engines/portable.ts"]],
  // Lanes read and write by themselves, in any thread: no file data crosses threads.
  [
    /^(node:)?fs(\/|$)/,
    [
      "src/strategies/native/",
      // Programs get open files and private folders.
      "src/strategies/cli/",
      // These files make up the disk of this machine.
      ...["localDisk", "filePieces", "fileRights", "folderName", "nameClaim", "nameWatch"].map(
        (name) => `src/documents/disk/${name}.ts`,
      ),
      "src/documents/disk/processes.ts",
      "src/vscode/settings/machine.ts",
    ],
  ],
  // Programs are started in one place, and typed to in another one.
  [/^execa$/, ["src/strategies/cli/process/child.ts"]],
  [/node-pty/, ["src/strategies/cli/process/pty.ts"]],
  [/^(node:)?worker_threads$/, ["src/strategies/native/"]],
  // Sockets and pipes lead to programs and have the names of files. Nothing goes over a network.
  [
    /^(node:)?net$/,
    ["socketPair", "receivingSocket", "namedPipe"].map(
      (name) => `src/strategies/cli/transfer/${name}.ts`,
    ),
  ],
  // Node has no call for access lists, so `cp` copies them.
  [/^(node:)?child_process$/, ["src/documents/disk/fileRights.ts"]],
  [/^(node:)?(http|https|tls|dgram)$/, []],
];

/** The source of an engine. The bundles hold its compiled bytes; test/age/wasm compares both. */
const engineSource = "src/age/wasm/";

/** The most lines of a file. */
const longest = 300;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The paths in the project, and the names of modules from outside. */
  readonly imports: readonly string[];
}

/** Lists all breaches of a rule, each as "file: what". */
function faultsOf(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text, imports }) => {
    const faults = imports.flatMap((imported) => importFault(path, imported));
    if (text.split("\n").length - 1 > longest) faults.push(`is longer than ${longest} lines`);
    if (/(^|\/)index\.[cm]?[jt]s$/.test(path)) faults.push("is a barrel by its name");
    if (/^export\s+(type\s+)?(\*|\{[^}]*\})[^;]*\sfrom\s/m.test(text)) {
      faults.push("hands on what another file exports");
    }
    return faults.map((fault) => `${path}: ${fault}`);
  });
}

function importFault(path: string, imported: string): readonly string[] {
  if (!imported.startsWith("src/")) {
    const rule = onlyFrom.find(([module]) => module.test(imported));
    // Words are the same wherever they show, and are tested without an editor.
    if (imported === "vscode" && dirname(path) === "src/vscode/wording") {
      return ["may not import vscode"];
    }
    const isAllowed = rule === undefined || rule[1].some((place) => path.startsWith(place));
    return isAllowed ? [] : [`may not import ${imported}`];
  }
  const [from, to] = [dirname(path), dirname(imported)];
  const isBelow = (one: string): boolean =>
    one === to || (one.endsWith("/") && `${to}/`.startsWith(one));
  if (from === to || mayImport[from]?.some(isBelow) === true) return [];
  return [`may not import ${imported}`];
}

/** Finds each circle of files that import each other. */
function cyclesOf(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (done.has(path) || trail.includes(path)) return;
    for (const imported of byPath.get(path)?.imports ?? []) visit(imported, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}

/** Lists what a text imports by any kind of import or export, also of types. */
function importsIn(path: string, text: string): readonly string[] {
  const pattern = /(?:^|[;\s}])(?:from|import|require)\s*\(?\s*"([^"]+)"/g;
  return Array.from(text.matchAll(pattern), ([, name = ""]) => {
    if (!name.startsWith(".")) return name;
    return `${posix.join(posix.dirname(path), name).replace(/\.ts$/, "")}.ts`;
  });
}

/** Reads every file of src, with the imports in its text. */
async function writtenFiles(): Promise<readonly SourceFile[]> {
  const entries = await readdir("src", { recursive: true });
  const paths = entries.map((entry) => `src/${entry.replaceAll("\\", "/")}`);
  return Promise.all(
    paths
      .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
      .map(async (path) => {
        const text = await readFile(path, "utf8");
        return { path, text, imports: importsIn(path, text) };
      }),
  );
}

/** Bundles, and lists the files of src in the bundles with what they import at run time. */
async function bundledFiles(entryPoints = options.entryPoints): Promise<readonly SourceFile[]> {
  const { metafile } = await build({
    ...{ ...options, entryPoints: entryPoints ?? {} },
    ...{ metafile: true as const, write: false },
  });
  return Object.entries(metafile.inputs)
    .filter(([path]) => path.startsWith("src/"))
    .map(([path, { imports }]) => ({
      path,
      text: "",
      imports: imports.map(({ path: to, original, external }) =>
        external === true || to.startsWith("src/") ? to : (original ?? to),
      ),
    }));
}

describe("the architecture", () => {
  it("holds in what is written, types included", async () => {
    const files = await writtenFiles();
    expect(files.length).toBeGreaterThan(50);
    expect(faultsOf(files)).toEqual([]);
    expect(cyclesOf(files)).toEqual([]);
  });

  it.each([
    ["src/documents", 16],
    ["src/strategies/cli", 16],
    ["src/vscode", 22],
  ])("shows in a look into %s at most %d files and rooms", async (folder, most) => {
    expect((await readdir(folder)).length).toBeLessThanOrEqual(most);
  });

  it("holds in what is bundled, without a way round", async () => {
    const files = await bundledFiles();
    expect(files.length).toBeGreaterThan(40);
    expect(faultsOf(files)).toEqual([]);
    expect(cyclesOf(files)).toEqual([]);
  });

  it("keeps the API of VS Code, documents and keys out of the workers", async () => {
    const { worker } = options.entryPoints as Readonly<Record<string, string>>;
    const files = await bundledFiles([worker ?? ""]);
    expect(files.map(({ path }) => path)).toContain("src/strategies/native/lane.ts");
    const floors = new Set(files.map(({ path }) => path.split("/")[1]));
    expect([...floors].sort()).toEqual(["age", "strategies"]);
    expect(files.flatMap(({ imports }) => imports)).not.toContain("vscode");
  });

  it("gives each file a name that no other one has", async () => {
    const names = (await writtenFiles()).map(({ path }) => posix.basename(path));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("has every folder of src in its table", async () => {
    const folders = new Set((await writtenFiles()).map(({ path }) => dirname(path)));
    expect([...folders].sort()).toEqual(Object.keys(mayImport).sort());
  });

  it("bundles every file that does more than declare types", async () => {
    const bundled = new Set((await bundledFiles()).map(({ path }) => path));
    const unused = (await writtenFiles()).filter(
      ({ path, text }) =>
        !bundled.has(path) &&
        !path.startsWith(engineSource) &&
        /^export (async )?(function|class|const|let)\b/m.test(text),
    );
    expect(unused.map(({ path }) => path)).toEqual([]);
  });
});

describe("the checker reports", () => {
  const cases: [title: string, path: string, text: string, fault: string | null][] = [
    [
      "an import of an upper layer",
      "src/age/a.ts",
      'import { x } from "../keys/k";',
      "src/keys/k.ts",
    ],
    ["of its types only", "src/age/a.ts", 'import type { X } from "../keys/k";', "src/keys/k.ts"],
    [
      "one over several lines",
      "src/keys/a.ts",
      'import {\n  x,\n  y,\n} from "../documents/d";',
      "src/documents/d.ts",
    ],
    ["a dynamic one", "src/keys/a.ts", 'await import("../vscode/v");', "src/vscode/v.ts"],
    ["one for its effects", "src/keys/a.ts", 'import "../vscode/v";', "src/vscode/v.ts"],
    ["a type in place", "src/age/a.ts", 'let x: import("../keys/k").X;', "src/keys/k.ts"],
    ["a sideways one", "src/strategies/a.ts", 'import { x } from "../keys/k";', "src/keys/k.ts"],
    [
      "a room above",
      "src/documents/disk/a.ts",
      'import type { X } from "../openDocument";',
      "src/documents/openDocument.ts",
    ],
    [
      "a room beside",
      "src/vscode/drafts/a.ts",
      'import { x } from "../guards/g";',
      "src/vscode/guards/g.ts",
    ],
    ["nothing of a room below", "src/documents/files/a.ts", 'import "../disk/d";', null],
    ["vscode in words", "src/vscode/wording/a.ts", 'import * as v from "vscode";', "vscode"],
    ["vscode below", "src/documents/a.ts", 'import * as v from "vscode";', "vscode"],
    ["a type of vscode below", "src/keys/a.ts", 'import type { Uri } from "vscode";', "vscode"],
    [
      "crypto elsewhere",
      "src/age/a.ts",
      'import { randomBytes } from "node:crypto";',
      "node:crypto",
    ],
    ["an engine elsewhere", "src/age/a.ts", 'import "@noble/ciphers/chacha.js";', "@noble"],
    ["threads elsewhere", "src/documents/a.ts", 'import "node:worker_threads";', "node:worker"],
    ["crypto above", "src/vscode/a.ts", 'import { randomBytes } from "crypto";', "crypto"],
    ["files elsewhere", "src/keys/a.ts", 'import { readFile } from "node:fs/promises";', "node:fs"],
    [
      "a program started",
      "src/vscode/a.ts",
      'import { spawn } from "node:child_process";',
      "node:",
    ],
    ["the network", "src/vscode/a.ts", 'import { get } from "node:https";', "node:https"],
    ["a barrel by its name", "src/age/index.ts", "", "barrel"],
    ["a barrel", "src/age/a.ts", 'export * from "./b";', "hands on"],
    ["one that picks", "src/age/a.ts", 'export {\n  x,\n} from "./b";', "hands on"],
    ["a long file", "src/age/a.ts", "x\n".repeat(301), "longer"],
    ["nothing of a file at the limit", "src/age/a.ts", "x\n".repeat(300), null],
    ["nothing of a lower layer", "src/keys/a.ts", 'import { x } from "../age/a";', null],
    ["nothing of a neighbour", "src/age/a.ts", 'import { x } from "./b";', null],
    ["nothing of a subfolder", "src/vscode/commands/a.ts", 'import { x } from "../b";', null],
    ["nothing of vscode above", "src/vscode/commands/a.ts", 'import * as v from "vscode";', null],
    ["nothing of a lane's files", "src/strategies/native/a.ts", 'import "node:fs";', null],
    ["nothing of the one for crypto", "src/age/primitives.ts", 'import "node:crypto";', null],
  ];
  it.each(cases)("%s", (_title, path, text, fault) => {
    const found = faultsOf([{ path, text, imports: importsIn(path, text) }]);
    if (fault === null) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(fault)]);
  });

  it("a way round, and no other", () => {
    const file = (path: string, ...imports: readonly string[]) => ({ path, text: "", imports });
    const tree = [file("a", "b", "c"), file("b", "d"), file("c", "d"), file("d", "vscode")];
    expect(cyclesOf(tree)).toEqual([]);
    expect(cyclesOf([...tree, file("vscode", "b")])).toEqual(["b -> d -> vscode -> b"]);
    expect(cyclesOf([file("a", "a")])).toEqual(["a -> a"]);
  });

  it("a fault that only the bundle shows", async () => {
    const { metafile } = await build({
      ...options,
      entryPoints: ["src/age/seeded.ts"],
      metafile: true as const,
      write: false,
      plugins: [
        ...(options.plugins ?? []),
        {
          name: "seeded faults",
          setup(seeding) {
            seeding.onResolve({ filter: /^src\/age\/seeded\.ts$/ }, () => ({
              path: `${process.cwd()}/src/age/seeded.ts`,
            }));
            seeding.onLoad({ filter: /seeded\.ts$/ }, () => ({
              contents: 'import "../keys/keyring"; import "vscode"; import "node:crypto";',
              loader: "ts",
            }));
          },
        },
      ],
    });
    const imports = metafile.inputs["src/age/seeded.ts"]?.imports.map(({ path }) => path) ?? [];
    expect(faultsOf([{ path: "src/age/seeded.ts", text: "", imports }])).toEqual([
      "src/age/seeded.ts: may not import src/keys/keyring.ts",
      "src/age/seeded.ts: may not import vscode",
      "src/age/seeded.ts: may not import node:crypto",
    ]);
  });
});
