import { beforeEach, vi } from "vitest";
import { Uri } from "vscode";
import { utf8 } from "../../src/age/bytes";
import { AgeError } from "../../src/age/errors";
import { sha256Hex } from "../../src/age/primitives";
import type { Documents } from "../../src/documents/documents";
import type { FoundDraft } from "../../src/documents/drafts/draftStore";
import type { Drafts } from "../../src/documents/drafts/drafts";
import type { DraftComparison } from "../../src/vscode/drafts/draftComparison";
import type { DraftKeeper } from "../../src/vscode/drafts/draftKeeper";
import { DraftOffers } from "../../src/vscode/drafts/draftOffers";
import type { StrandedDraftOffers } from "../../src/vscode/drafts/strandedDraftOffers";
import type { Log } from "../../src/vscode/log";
import { scheme } from "../../src/vscode/uris";

/** A window with one text editor. */
const fake = vi.hoisted(() => ({
  texts: [] as object[],
  /** True while the editor's tab is behind another one, so that VS Code has not read it. */
  isUnread: false,
  messages: [] as (readonly string[])[],
  /** The button to click on the next message. */
  answer: undefined as string | undefined | Promise<string> | (() => string),
  edits: [] as string[],
  /** The editor's tab while it is closed. */
  closed: [] as object[],
  /** True if the user does not type the passphrase when the document opens again. */
  isDeclined: false,
  onOpened: (): void => undefined,
}));

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  const show = (message: string, ...buttons: string[]) => {
    fake.messages.push([
      message.replace(/from .*?(?= is back| is not| is gone| can't|\. |, )/, "from T"),
      ...buttons,
    ]);
    const { answer } = fake;
    fake.answer = undefined;
    return Promise.resolve(typeof answer === "function" ? answer() : answer);
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
    commands: {
      executeCommand: () => {
        if (!fake.isDeclined) fake.texts = fake.closed.splice(0);
        fake.onOpened();
        return Promise.resolve();
      },
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
        return fake.isUnread ? [] : fake.texts;
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
  /** The text of an older draft, which another window that is gone has made. */
  readonly olderText?: string;
  /** The draft's content in place of `text`, and the editor's encoding. */
  readonly bytes?: Uint8Array;
  readonly encoding?: string;
  /** True if a living window has a newer draft. */
  readonly isAlsoElsewhere?: boolean;
  readonly failure?: AgeError;
  readonly isOwnKept?: boolean;
  /** The reason for which this extension host has not read the file. */
  readonly isUnread?: "by this host" | "since a lock";
  readonly isReadOnly?: boolean;
  /** True if the user has given the text up, and the draft goes while it is being opened. */
  readonly isGivenUpMeanwhile?: boolean;
  /** True if the editor closes while the draft is being opened. */
  readonly isClosedMeanwhile?: boolean;
  /** The file's name when the draft was made. */
  readonly formerPath?: string;
}

/** Opens a document with the text "file", and offers a draft of it. */
export function offering(situation: Situation = {}) {
  const { of = "a window that is gone", text = "typed", draftBase = base } = situation;
  const { unsaved, failure, isOwnKept = true, formerPath } = situation;
  const held = unsaved ?? "file";
  const log: string[] = [];
  const told: (() => void)[] = [];
  const note = (what: string) => Promise.resolve(void log.push(what));
  const record = { path: formerPath ?? path, base: draftBase, made: 0, pid: 7 };
  const draft = { record, file: "/d/1", of, size: 9 } as unknown as FoundDraft;
  const living = { record: { ...record, made: 1 }, file: "/d/2", of: "another window", size: 9 };
  const theirs = situation.isAlsoElsewhere === true ? [living] : [];
  const content = situation.bytes ?? utf8(text);
  const older = { ...draft, file: "/d/0", of: "a window that is gone" } as FoundDraft;
  const all = [...theirs, draft, ...(situation.olderText === undefined ? [] : [older])];
  const opened: string[] = [];
  const open = ({ file }: FoundDraft) => {
    opened.push(file);
    if (!all.some((one) => one.file === file)) throw new AgeError("not-found", "no such file");
    if (situation.isClosedMeanwhile === true) close();
    return Promise.resolve(file === draft.file ? content : utf8(situation.olderText ?? ""));
  };
  const drafts = {
    find: () => Promise.resolve(formerPath === undefined ? all : []),
    stranded: () => Promise.resolve(formerPath === undefined ? [] : [draft]),
    open: async (one: FoundDraft) => {
      if (failure !== undefined) throw failure;
      return open(one);
    },
    isThere: (one: FoundDraft) =>
      Promise.resolve(situation.isGivenUpMeanwhile !== true && all.includes(one)),
    discard: ({ file }: FoundDraft) => note(file === draft.file ? "discard" : "discard older"),
  } as unknown as Drafts;
  const keeper = {
    onDidChange: (listener: () => void) => {
      told.push(listener);
      return { dispose: () => undefined };
    },
    ...{ whenSetAside: () => Promise.resolve(), makeOrDrop: () => note("make") },
    release: () => undefined,
    stateOf: () => (isOwnKept ? { kind: "made", at: new Date() } : null),
  } as unknown as DraftKeeper;
  const version = { plaintext: sha256Hex(utf8("file")), ciphertext: base };
  let isRead = situation.isUnread === undefined;
  const documents = {
    find: () => (isRead ? version : null),
    read: () => {
      if (situation.isUnread === "since a lock") return Promise.reject(new AgeError("locked", "x"));
      isRead = true;
      return Promise.resolve(utf8("file"));
    },
    rebase: (_path: string, to: string) => note(`rebase ${to}`),
  } as unknown as Documents;
  const comparison = {
    withFile: () => note("compare"),
    ofDraft: () => note("compare the draft"),
  } as unknown as DraftComparison;
  const stranded = { tell: () => Promise.resolve() } as unknown as StrandedDraftOffers;
  const quiet = { failure: () => undefined } as unknown as Log;
  const isReadOnly = () => Promise.resolve(situation.isReadOnly === true);
  const offers = new DraftOffers(
    ...([documents, drafts, keeper, comparison, stranded] as const),
    ...([isReadOnly, quiet] as const),
  );
  // The editor opens after the window has started.
  fake.texts = [
    {
      uri: Uri.from({ scheme, path: `${path}/a` }),
      ...{ isClosed: false, isDirty: unsaved !== undefined, lineCount: 1 },
      encoding: situation.encoding ?? "utf8",
      ...{ getText: () => fake.edits.at(-1) ?? held, lineAt: () => ({ range: { end: {} } }) },
    },
  ];
  const keeperChanges = (): void => {
    for (const tell of told) tell();
  };
  const save = (): void => {
    Object.assign(version, { ciphertext: "33" });
    Object.assign(fake.texts[0] ?? {}, { isDirty: false });
  };
  /** Lets the other window replace the announced draft by another one, or remove it. */
  const replaceDraft = (file: string | null, pid = 7): void => {
    const next = { ...draft, record: { ...record, made: 2, pid }, file: file ?? "" } as FoundDraft;
    all.splice(0, all.length, ...(file === null ? [] : [next]));
  };
  const lock = (): void => {
    close();
    isRead = false;
    fake.onOpened = () => {
      isRead = !fake.isDeclined;
    };
  };
  const look = (of = path) => offers.look(of);
  return { log, content, opened, look, keeperChanges, save, replaceDraft, lock };
}

/** Closes the editor. */
export function close(): void {
  fake.closed = fake.texts;
  fake.texts = [];
}

export const settled = () => new Promise(setImmediate);

beforeEach(() => {
  Object.assign(fake, { texts: [], isUnread: false, messages: [], answer: undefined, edits: [] });
  Object.assign(fake, { closed: [], isDeclined: false, onOpened: () => undefined });
});

export { fake };
