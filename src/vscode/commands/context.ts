import type { Documents } from "../../documents/documents";
import type { FileContext } from "../../documents/files/unfinishedStore";
import type { VersionStore } from "../../documents/versions/versionStore";
import type { Report } from "../../strategies/strategy";
import type { BackupGuard } from "../guards/backupGuard";
import type { ComparedVersion } from "../editor/comparedVersion";
import type { DiskComparison } from "../editor/diskComparison";
import type { DraftComparison } from "../drafts/draftComparison";
import type { StrandedDraftOffers } from "../drafts/strandedDraftOffers";
import type { FileReports } from "../editor/reportViewer";
import type { WindowLocks } from "../lock/windowLocks";
import type { Log } from "../log";
import type { DocumentOpener } from "../editor/documentOpener";
import type { VscodePrompts } from "../prompts/vscodePrompts";
import type { RawTabs } from "../editor/rawTabs";
import type { StatusBar } from "../status/statusBar";
import type { MachineStrategies } from "../settings/machineStrategies";

/** The objects that the commands work with. */
export interface CommandContext {
  readonly backups: BackupGuard;
  readonly documents: Documents;
  readonly documentContext: FileContext;
  readonly prompts: VscodePrompts;
  readonly opener: DocumentOpener;
  readonly rawTabs: RawTabs;
  readonly draftComparison: DraftComparison;
  readonly strandedDraftOffers: StrandedDraftOffers;
  readonly windowLocks: WindowLocks;
  readonly log: Log;
  readonly statusBar: StatusBar;
  readonly strategies: MachineStrategies;
  readonly reports: FileReports;
  readonly comparison: DiskComparison;
  readonly comparedVersion: ComparedVersion;
  readonly versions: VersionStore;
  readonly onReport: (path: string, report: Report) => void;
}
