import { existsSync } from "node:fs";
import { readFile, unlink, writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FileType, Uri } from "vscode";
import { AgeError } from "../../../src/age/errors";
import { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";
import { SaveAsCopies } from "../../../src/vscode/editor/saveAsCopies";
import { documentUri, scheme } from "../../../src/vscode/uris";
import { alice, bytes, decrypted, desk, diskFull, text } from "../../documents/kit";
import { silentDocuments } from "../../documents/silentDocuments";

const fake = vi.hoisted(() => {
  class Text {
    constructor(readonly uri: unknown) {}
  }
  const front: { input: unknown } = { input: undefined };
  return {
    ...{ Text, front, told: [] as string[], fired: [] as number[] },
    see: null as ((type: number) => void) | null,
  };
});

vi.mock("../../../src/vscode/editor/fileWatch", () => ({
  watchFile: (_: string, __: unknown, onChange: (type: number) => void) => {
    fake.see = onChange;
  },
}));

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  const tell = (message: string) => Promise.resolve(void fake.told.push(message));
  class Emitter {
    readonly event = never;
    readonly fire = (events: readonly { readonly type: number }[]) => {
      fake.fired.push(...events.map(({ type }) => type));
    };
    readonly dispose = never;
  }
  return {
    ...(await original<object>()),
    ...{ EventEmitter: Emitter, TabInputText: fake.Text },
    FileType: { File: 1, Directory: 2 },
    FileChangeType: { Changed: 1, Created: 2, Deleted: 3 },
    FilePermission: { Readonly: 1 },
    commands: { executeCommand: () => Promise.resolve() },
    window: {
      tabGroups: {
        ...{ all: [], onDidChangeTabs: never },
        get activeTabGroup() {
          return { activeTab: fake.front };
        },
      },
      ...{ showInformationMessage: tell, showErrorMessage: tell, setStatusBarMessage: tell },
    },
    workspace: {
      ...{ textDocuments: [], notebookDocuments: [] },
      ...{ onDidChangeTextDocument: never, onWillSaveTextDocument: never },
      ...{ onWillSaveNotebookDocument: never, onDidSaveTextDocument: never },
    },
  };
});

/** Makes the file system of a window with a document in front, and a place for Save As…. */
async function serving() {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  const documents = silentDocuments(at.context);
  (await documents.read(path, "ask")).fill(0);
  fake.front.input = new fake.Text(documentUri(path));
  const requests = new OpenRequests();
  const [failures, foreign]: [string[], string[]] = [[], []];
  const log = { failure: (what: string) => failures.push(what) };
  const versions = { keeper: () => null };
  const backups = {
    isReadOnly: () => Promise.resolve(false),
    onDidAllow: () => ({ dispose: () => undefined }),
  };
  const files = new CageFileSystem(
    ...([documents, at.context.disk, requests, { add: () => undefined } as never] as const),
    ...([log as never, at.prompts, versions as never, backups as never] as const),
    new SaveAsCopies(documents, at.context, versions as never),
    (changed) => foreign.push(changed),
  );
  const target = at.path("copy.age");
  const place = Uri.from({ scheme, path: Uri.file(target).path });
  const isFile = async (): Promise<boolean> =>
    (await files.stat(place).catch(() => null))?.type === FileType.File;
  return { ...at, path, documents, requests, failures, foreign, files, target, place, isFile };
}

type Served = Awaited<ReturnType<typeof serving>>;

const empty = new Uint8Array();

beforeEach(() => {
  fake.told = [];
  fake.fired = [];
});

it("a file that is deleted and comes back as it was is there again, and no change by anybody", async () => {
  const { files, path, foreign } = await serving();
  const [changed, created, deleted] = [1, 2, 3];
  const before = await readFile(path);
  files.watch(documentUri(path));
  const seen = async (type: number, events: number): Promise<void> => {
    fake.see?.(type);
    await vi.waitFor(() => {
      expect(fake.fired).toHaveLength(events);
    });
  };
  await unlink(path);
  await seen(deleted, 1);
  await writeFile(path, before);
  await seen(changed, 2);
  expect([fake.fired, foreign]).toEqual([[deleted, created], []]);
  await writeFile(path, "other");
  await seen(changed, 3);
  expect([fake.fired, foreign]).toEqual([[deleted, created, changed], [path]]);
});

it("a file that is touched and holds what it held is no change", async () => {
  const { files, path, foreign } = await serving();
  files.watch(documentUri(path));
  fake.see?.(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([fake.fired, foreign]).toEqual([[], []]);
});

describe("Save As… with the name of an encrypted file", () => {
  it("reads and takes the text under that name", async () => {
    const { files, place, target, isFile } = await serving();
    await files.writeFile(place, empty);
    expect(text(await files.readFile(place))).toBe("text");
    await files.writeFile(place, bytes("new"));
    expect([await decrypted(target, alice), await isFile()]).toEqual(["new", true]);
  });

  it.each<[string, (served: Served) => Promise<unknown>]>([
    [
      "what is remembered of the copy can't be kept",
      ({ context, files, place }) => {
        vi.spyOn(context.memory, "set").mockRejectedValueOnce(new Error("no storage"));
        return files.writeFile(place, empty);
      },
    ],
    [
      "the copy is not opened",
      ({ documents, files, place, target }) => {
        const error = new AgeError("dismissed", "no passphrase was typed", { path: target });
        vi.spyOn(documents, "read").mockRejectedValueOnce(error);
        return files.writeFile(place, empty);
      },
    ],
    [
      "a lock comes before VS Code reads it",
      async ({ documents, files, place }) => {
        await files.writeFile(place, empty);
        documents.lock([]);
        return files.readFile(place);
      },
    ],
    [
      "a lock comes before the text",
      async ({ requests, files, place, target }) => {
        await files.writeFile(place, empty);
        requests.blank(target);
        return files.writeFile(place, bytes("new"));
      },
    ],
    [
      "the disk does not take the text",
      async ({ documents, files, place, target }) => {
        await files.writeFile(place, empty);
        vi.spyOn(documents, "write").mockRejectedValueOnce(diskFull(target));
        return files.writeFile(place, bytes("new"));
      },
    ],
  ])("leaves no copy of the old text where %s", async (_, fail) => {
    const served = await serving();
    await expect(fail(served)).rejects.toThrow();
    const { target, isFile, documents } = served;
    expect([existsSync(target), await isFile(), documents.find(target)]).toEqual([
      ...[false, false, null],
    ]);
  });

  it("logs a copy that could not be taken back, and says what failed first", async () => {
    const { files, place, context, failures, documents } = await serving();
    vi.spyOn(documents, "read").mockRejectedValueOnce(diskFull("first"));
    vi.spyOn(context.disk, "remove").mockRejectedValueOnce(new Error("refused"));
    await expect(files.writeFile(place, empty)).rejects.toThrow(/disk is full/);
    expect(failures).toContain("remove the copy");
  });

  it("takes no copy back whose text is saved, though it is the old one still", async () => {
    const { files, place, target, documents, isFile } = await serving();
    await files.writeFile(place, empty);
    await files.writeFile(place, bytes("text"));
    vi.spyOn(documents, "write").mockRejectedValueOnce(diskFull(target));
    await expect(files.writeFile(place, bytes("new"))).rejects.toThrow();
    expect([await decrypted(target, alice), await isFile()]).toEqual(["text", true]);
  });
});

describe("a rename of a document", () => {
  it("that takes one before back, as Undo does, is told of", async () => {
    const { files, path } = await serving();
    const to = path.replace("a.age", "b.age");
    await files.rename(documentUri(path), documentUri(to), { overwrite: false });
    expect(fake.told).toEqual([]);
    await files.rename(documentUri(to), documentUri(path), { overwrite: false });
    expect(existsSync(path)).toBe(true);
    expect(fake.told).toEqual(["The file b.age has its old name a.age again."]);
  });
});
