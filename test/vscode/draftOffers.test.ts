import { beforeEach, describe, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { utf8 } from "../../src/age/bytes";
import { AgeError } from "../../src/age/errors";
import { digest } from "../../src/documents/digest";
import type { Documents } from "../../src/documents/documents";
import type { FoundDraft } from "../../src/documents/draftStore";
import type { Drafts } from "../../src/documents/drafts";
import type { DraftComparison } from "../../src/vscode/drafts/draftComparison";
import type { DraftKeeper } from "../../src/vscode/drafts/draftKeeper";
import { DraftOffers } from "../../src/vscode/drafts/draftOffers";
import type { Log } from "../../src/vscode/log";
import { scheme } from "../../src/vscode/uris";

/** A window with one text editor. */
const fake = vi.hoisted(() => ({
  texts: [] as object[],
  messages: [] as (readonly string[])[],
  /** The button that is clicked on the next message. */
  answer: undefined as string | undefined,
  edits: [] as string[],
}));

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  const show = (message: string, ...buttons: string[]) => {
    fake.messages.push([
      message.replace(/from .*?(?= is back| is not in| can't|\. |, )/, "from T"),
      ...buttons,
    ]);
    const { answer } = fake;
    fake.answer = undefined;
    return Promise.resolve(answer);
  };
  const [Input, Nothing] = [Object, Object];
  return {
    ...(await original<object>()),
    ...{ TabInputText: Input, TabInputCustom: Nothing, TabInputNotebook: Nothing },
    ...{ TabInputTextDiff: Nothing, Position: Object, Range: Object },
    Disposable: { from: never },
    WorkspaceEdit: function () {
      return { replace: (_uri: unknown, _range: unknown, text: string) => fake.edits.push(text) };
    },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: fake.texts.map((text) => ({ input: text, isDirty: false })) }];
        },
        onDidChangeTabs: never,
      },
      ...{ showInformationMessage: show, showWarningMessage: show },
    },
    workspace: {
      get textDocuments() {
        return fake.texts;
      },
      notebookDocuments: [],
      ...{ onDidOpenTextDocument: never, onDidOpenNotebookDocument: never },
      ...{ onDidChangeTextDocument: never, onDidChangeNotebookDocument: never },
      decode: (bytes: Uint8Array, { encoding }: { encoding: string }) =>
        Promise.resolve(new TextDecoder(encoding === "utf8" ? "utf-8" : "utf-16le").decode(bytes)),
      encode: (text: string) => Promise.resolve(Buffer.from(text, "utf16le")),
      applyEdit: () => {
        Object.assign(fake.texts[0] ?? {}, { isDirty: true });
        return Promise.resolve(true);
      },
    },
  };
});

const path = "/w/a.age";
const base = "11";

interface Situation {
  readonly of?: FoundDraft["of"];
  readonly text?: string;
  readonly draftBase?: string;
  readonly unsaved?: string;
  /** The draft's content, unless it is `text`; and the encoding of the editor. */
  readonly bytes?: Uint8Array;
  readonly encoding?: string;
  /** A window that lives has a newer draft. */
  readonly isAlsoElsewhere?: boolean;
  readonly failure?: AgeError;
  readonly isOwnKept?: boolean;
  readonly isReadOnly?: boolean;
  /** The file's name when the draft was made. */
  readonly formerPath?: string;
}

/** An open document with the text "file", and a draft of it. */
function offering(situation: Situation = {}) {
  const { of = "a window that is gone", text = "typed", draftBase = base } = situation;
  const { unsaved, failure, isOwnKept = true, formerPath } = situation;
  const held = unsaved ?? "file";
  const log: string[] = [];
  const told: (() => void)[] = [];
  const note = (what: string) => Promise.resolve(void log.push(what));
  const record = { path: formerPath ?? path, base: draftBase, made: 0 };
  const draft = { record, file: "/d/1", of, size: 9 } as unknown as FoundDraft;
  const living = { record: { ...record, made: 1 }, file: "/d/2", of: "another window", size: 9 };
  const theirs = situation.isAlsoElsewhere === true ? [living] : [];
  const content = situation.bytes ?? utf8(text);
  const drafts = {
    find: () => Promise.resolve(formerPath === undefined ? [...theirs, draft] : []),
    stranded: () => Promise.resolve(formerPath === undefined ? [] : [draft]),
    open: () => (failure === undefined ? Promise.resolve(content) : Promise.reject(failure)),
    discard: () => note("discard"),
  } as unknown as Drafts;
  const keeper = {
    onDidChange: (listener: () => void) => {
      told.push(listener);
      return { dispose: () => undefined };
    },
    ...{ whenSetAside: () => Promise.resolve(), take: () => note("take") },
    release: () => undefined,
    stateOf: () => (isOwnKept ? { kind: "kept", at: new Date() } : null),
  } as unknown as DraftKeeper;
  const version = { plaintext: digest(utf8("file")), ciphertext: base };
  const documents = {
    find: () => version,
    rebase: (_path: string, to: string) => note(`rebase ${to}`),
  } as unknown as Documents;
  const comparison = {
    withFile: () => note("compare"),
    ofDraft: () => note("compare the draft"),
  } as unknown as DraftComparison;
  const quiet = { failure: () => undefined } as unknown as Log;
  const isReadOnly = () => Promise.resolve(situation.isReadOnly === true);
  const offers = new DraftOffers(documents, drafts, keeper, comparison, isReadOnly, quiet);
  // The editor opens after the window has started.
  fake.texts = [
    {
      uri: Uri.from({ scheme, path: `${path}/a` }),
      ...{ isClosed: false, isDirty: unsaved !== undefined, lineCount: 1 },
      encoding: situation.encoding ?? "utf8",
      ...{ getText: () => held, lineAt: () => ({ range: { end: {} } }) },
    },
  ];
  const keeperChanges = (): void => {
    for (const tell of told) tell();
  };
  const save = (): void => {
    Object.assign(version, { ciphertext: "33" });
    Object.assign(fake.texts[0] ?? {}, { isDirty: false });
  };
  return { log, content, look: (of = path) => offers.look(of), keeperChanges, save };
}

const settled = () => new Promise(setImmediate);

beforeEach(() => {
  Object.assign(fake, { texts: [], messages: [], answer: undefined, edits: [] });
});

describe("a draft of the document that opens", () => {
  it("is put over it as an edit, zeroed, and dropped once this window has its own", async () => {
    const { log, look, content } = offering();
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["take", "discard"]]);
    expect(fake.messages).toEqual([
      [
        "The unsaved text of a from T is back. Save to keep it; undo shows the file as it is.",
        ...["Compare", "Discard"],
      ],
    ]);
    expect([...content]).toEqual([0, 0, 0, 0, 0]);
  });

  it("stays until this window has its own", async () => {
    const { log, look } = offering({ isOwnKept: false });
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["take"]]);
  });

  it("is not put over a document that may not be edited", async () => {
    const { log, look } = offering({ isReadOnly: true });
    await look();
    expect(fake.messages[0]?.slice(1)).toEqual(["Compare", "Put It Here", "Discard Draft"]);
    expect([fake.edits, log]).toEqual([[], []]);
  });

  it.each([
    ["utf8", [0xe9]],
    ["utf16le", [0x00, 0xd8]],
  ])("is not put over a document in %s that would lose its characters", async (encoding, bytes) => {
    const { log, look } = offering({ bytes: Uint8Array.from(bytes), encoding });
    await look();
    expect(fake.messages[0]?.[0]).toContain(` from T is not in ${encoding}, the encoding in which`);
    expect(fake.messages[0]?.slice(1)).toEqual(["Put It Here", "Discard Draft"]);
    expect([fake.edits, log]).toEqual([[], []]);
  });

  it.each([
    ["utf8", [0xef, 0xbf, 0xbd]],
    ["utf16le", [0xfd, 0xff]],
  ])("is put over a document in %s though it has the sign for a lost one", async (...at) => {
    const [encoding, bytes] = at;
    await offering({ bytes: Uint8Array.from(bytes), encoding }).look();
    expect(fake.edits).toEqual(["\ufffd"]);
  });

  it("of an earlier version has the save ask", async () => {
    const { log, look } = offering({ draftBase: "22" });
    await look();
    expect(log[0]).toBe("rebase 22");
    expect(fake.messages[0]?.[0]).toContain("The file was changed since");
  });

  it("that says what the file says goes without a word", async () => {
    const { log, look } = offering({ text: "file" });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], ["discard"]]);
  });

  it.each<[string, AgeError, string, string[]]>([
    ["locked", new AgeError("locked", "x"), "is locked", ["Unlock", "Discard Draft"]],
    [
      "changed by somebody",
      new AgeError("invalid-draft", "it is not the draft that it says"),
      "can't be opened: it is not the draft that it says",
      ["Discard Draft"],
    ],
  ])("that is %s is told of, and stays", async (_, failure, text, buttons) => {
    const { log, look } = offering({ failure });
    await look();
    expect(fake.messages).toHaveLength(1);
    expect(fake.messages[0]?.[0]).toContain(text);
    expect(fake.messages[0]?.slice(1)).toEqual(buttons);
    expect([fake.edits, log]).toEqual([[], []]);
  });
});

describe("a draft of the version that opens, made when the file had another name", () => {
  it("is put over it, and says so; it stays, since the other file may only be away", async () => {
    const { log, look, keeperChanges } = offering({ formerPath: "/w/old.age" });
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["take"]]);
    expect(fake.messages[0]?.[0]).toContain("when it was /w/old.age, is back");
    Object.assign(fake.texts[0] ?? {}, { isDirty: false });
    keeperChanges();
    expect(log).toEqual(["take"]);
  });

  it("goes once its text is saved here", async () => {
    const { log, look, save, keeperChanges } = offering({ formerPath: "/w/old.age" });
    await look();
    await settled();
    save();
    keeperChanges();
    expect(log).toEqual(["take", "discard"]);
  });

  it("goes when the user discards it", async () => {
    const { log, look } = offering({ formerPath: "/w/old.age" });
    fake.answer = "Discard";
    await look();
    await settled();
    expect(log).toEqual(["take", "discard"]);
  });

  it("is put over one document, not over each of that version", async () => {
    const { log, look } = offering({ formerPath: "/w/old.age" });
    await look();
    Object.assign(fake.texts[0] ?? {}, {
      ...{ uri: Uri.from({ scheme, path: "/w/b.age/b" }), isDirty: false },
    });
    await look("/w/b.age");
    expect([fake.edits, log]).toEqual([["typed"], ["take"]]);
  });

  it("is left alone where the version is another one", async () => {
    const { log, look } = offering({ formerPath: "/w/old.age", draftBase: "22" });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], []]);
  });
});

describe("a draft beside unsaved text", () => {
  it("is told of, and put there only when the user says so", async () => {
    const { log, look } = offering({ unsaved: "other" });
    await look();
    expect(fake.edits).toEqual([]);
    expect(fake.messages[0]?.slice(1)).toEqual(["Compare", "Put It Here", "Discard Draft"]);
    expect(log).toEqual(["take"]);
  });

  it("goes where both are the same, since the extension host was started again", async () => {
    const { log, look } = offering({ unsaved: "typed" });
    await look();
    expect([fake.messages, log]).toEqual([[], ["take", "discard"]]);
  });

  it("of this window is its own", async () => {
    const { log, look } = offering({ unsaved: "other", of: "this window" });
    await look();
    expect([fake.messages, log]).toEqual([[], []]);
  });
});

it("a draft of a window that is gone is put back beside a newer one of a window that lives", async () => {
  vi.useFakeTimers();
  try {
    const { log, look } = offering({ isAlsoElsewhere: true });
    const looked = look();
    await vi.advanceTimersByTimeAsync(10_000);
    await looked;
    const texts = fake.messages.map(([message = ""]) => message.slice(0, 14));
    expect(texts).toEqual(["Another window", "The unsaved te"]);
    expect([fake.edits, log]).toEqual([["typed"], ["take", "discard"]]);
  } finally {
    vi.useRealTimers();
  }
});

it("a draft of a window that lives is left alone, and put here on request", async () => {
  vi.useFakeTimers();
  try {
    const { log, look } = offering({ of: "another window" });
    fake.answer = "Put It Here";
    const looked = look();
    await vi.advanceTimersByTimeAsync(10_000);
    await looked;
    expect(fake.messages[0]?.[0]).toContain("Another window has unsaved text of a");
    expect([fake.edits, log]).toEqual([["typed"], ["take", "discard"]]);
  } finally {
    vi.useRealTimers();
  }
});
