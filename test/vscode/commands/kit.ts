import type { LogOutputChannel } from "vscode";
import { Documents } from "../../../src/documents/documents";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { pickPeople } from "../../../src/vscode/commands/pickPeople";
import { ComparedVersion } from "../../../src/vscode/editor/comparedVersion";
import { DiskComparison } from "../../../src/vscode/editor/diskComparison";
import type { DocumentOpener, ShowOptions } from "../../../src/vscode/editor/documentOpener";
import { editorText } from "../../../src/vscode/editorTexts";
import { Log } from "../../../src/vscode/log";
import { VscodePrompts } from "../../../src/vscode/prompts/vscodePrompts";
import { FileReports } from "../../../src/vscode/editor/reportViewer";
import type { MachineStrategies } from "../../../src/vscode/settings/machineStrategies";
import type { StatusBar } from "../../../src/vscode/status/statusBar";
import { desk, type Desk } from "../../documents/kit";
import { situation } from "../situation";

/** A desk on which commands run, whose questions go to the user of the fake window. */
export interface CommandDesk<At extends Desk = Desk> {
  readonly at: At;
  readonly context: CommandContext;
  /** The files whose documents were opened, and where. */
  readonly opened: (readonly [path: string, placement: ShowOptions])[];
  /** The lines of the log; each failure begins with "error". */
  readonly logged: string[];
}

/**
 * Makes a desk for commands. All of it is real but for the opener, the status bar and the machine.
 *
 * @param change - the parts that a test replaces.
 */
export async function commandDesk<At extends Desk = Desk>(
  change: { readonly [Part in keyof CommandContext]?: object } = {},
  made?: At,
): Promise<CommandDesk<At>> {
  // A desk is all that a test without one of its own looks at.
  const at = made ?? ((await desk()) as At);
  const opened: (readonly [string, ShowOptions])[] = [];
  const logged: string[] = [];
  const channel = {
    info: (text: string) => logged.push(text),
    error: (text: string) => logged.push(`error ${text}`),
  };
  const log = new Log(channel as unknown as LogOutputChannel);
  const reports = new FileReports();
  const prompts: VscodePrompts = new VscodePrompts(
    (path, copy) => comparison.show(path, copy),
    log,
    (title, text) => reports.show(title, text),
    (path, known) => pickPeople(path, known, documentContext, prompts),
  );
  const documentContext = { ...at.context, keys: { ...at.context.keys, prompts } };
  const comparison = new DiskComparison(documentContext);
  const onReport = (): void => undefined;
  const open = (...it: readonly [string, ShowOptions]) => Promise.resolve(void opened.push(it));
  const strategies = {
    confirmUsable: () => Promise.resolve(),
    situation: () => Promise.resolve(situation()),
  };
  const context = {
    ...{ documentContext, prompts, log, reports, comparison, onReport },
    comparedVersion: new ComparedVersion(),
    documents: new Documents(documentContext, onReport, editorText),
    opener: { open } as unknown as DocumentOpener,
    statusBar: { begin: () => onReport } as unknown as StatusBar,
    strategies: strategies as unknown as MachineStrategies,
    ...change,
  };
  return { at, opened, logged, context: context as unknown as CommandContext };
}

/** A text that an editor holds unsaved; saving it does what a test says. */
export function unsavedText(uri: object, save: () => unknown = () => undefined) {
  const text = {
    ...{ uri, isDirty: true, isClosed: false, encoding: "utf8", getText: () => "edited" },
    save: async () => {
      const saved = await save();
      text.isDirty = saved === false;
      return saved !== false;
    },
  };
  return text;
}
