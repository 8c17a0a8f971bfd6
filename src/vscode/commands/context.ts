import type { Documents } from "../../documents/documents";
import type { DocumentContext } from "../../documents/openDocument";
import type { VersionStore } from "../../documents/versionStore";
import type { Report } from "../../strategies/strategy";
import type { BackupGuard } from "../backupGuard";
import type { ComparedVersion } from "../comparedVersion";
import type { Comparison } from "../comparison";
import type { DraftComparison } from "../drafts/draftComparison";
import type { StrandedDrafts } from "../drafts/strandedDrafts";
import type { FileReports } from "../fileReports";
import type { WindowLocks } from "../windowLocks";
import type { Log } from "../log";
import type { Opener } from "../opener";
import type { VscodePrompts } from "../prompts";
import type { RawTabs } from "../rawTabs";
import type { StatusBar } from "../statusBar";
import type { MachineStrategies } from "../strategies";

/** The objects that the commands work with. */
export interface CommandContext {
  readonly backups: BackupGuard;
  readonly documents: Documents;
  readonly documentContext: DocumentContext;
  readonly prompts: VscodePrompts;
  readonly opener: Opener;
  readonly rawTabs: RawTabs;
  readonly draftComparison: DraftComparison;
  readonly strandedDrafts: StrandedDrafts;
  readonly windowLocks: WindowLocks;
  readonly log: Log;
  readonly statusBar: StatusBar;
  readonly strategies: MachineStrategies;
  readonly reports: FileReports;
  readonly comparison: Comparison;
  readonly comparedVersion: ComparedVersion;
  readonly versions: VersionStore;
  readonly onReport: (path: string, report: Report) => void;
}
