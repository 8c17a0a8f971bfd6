import type { CommandContext } from "./context";
import { chooseIdentityCommand } from "./chooseIdentity";
import { chooseStrategyCommand } from "./chooseStrategy";
import { decryptFilesCommand } from "./decryptFiles";
import { compareDraftCommand } from "./compareDraft";
import { copyDoctorReportCommand, doctorCommand } from "./doctor";
import { editAnywayCommand } from "./editAnyway";
import { copyEncryptedPathCommand, revealEncryptedCommand } from "./encryptedPath";
import { encryptFilesCommand } from "./encryptFiles";
import { generateIdentityCommand } from "./generateIdentity";
import { newEncryptedFileCommand } from "./newEncryptedFile";
import { openDecryptedCommand } from "./openDecrypted";
import { openRawCommand } from "./openRaw";
import { reencryptCommand } from "./reencrypt";
import { showMenu } from "./menu";
import { restoreComparedCommand, restoreVersionCommand } from "./restoreVersion";
import { showUnfinishedCommand } from "./showUnfinished";
import { useNativeCommand } from "./useNative";

/**
 * Runs a command.
 *
 * @param uri - the file that VS Code or a caller names, if it is a `Uri`.
 * @param more - the rest of the Explorer's selection, or an argument of the command's own.
 */
export type Command = (context: CommandContext, uri: unknown, more: unknown) => unknown;

/** The commands whose code is loaded when the first of them runs. */
export const commands: Readonly<Record<string, Command>> = {
  "cage.openDecrypted": openDecryptedCommand,
  "cage.openRaw": openRawCommand,
  "cage.copyEncryptedPath": (_, uri) => copyEncryptedPathCommand(uri),
  "cage.revealEncrypted": (_, uri) => revealEncryptedCommand(uri),
  "cage.encryptFile": (context, uri, more) => encryptFilesCommand(context, "files", uri, more),
  "cage.encryptFolder": (context, uri, more) => encryptFilesCommand(context, "folders", uri, more),
  "cage.decryptFile": (context, uri, more) => decryptFilesCommand(context, "files", uri, more),
  "cage.decryptFolder": (context, uri, more) => decryptFilesCommand(context, "folders", uri, more),
  "cage.showReport": ({ reports }) => reports.showLast(),
  "cage.showUnfinished": showUnfinishedCommand,
  "cage.newEncryptedFile": newEncryptedFileCommand,
  "cage.generateIdentity": generateIdentityCommand,
  "cage.chooseIdentity": chooseIdentityCommand,
  "cage.reencrypt": reencryptCommand,
  "cage.editAnyway": editAnywayCommand,
  "cage.compareDraft": compareDraftCommand,
  "cage.restoreVersion": restoreVersionCommand,
  "cage.restoreCompared": restoreComparedCommand,
  "cage.showMenu": ({ documentContext }) => showMenu(documentContext.keys.keyring.state),
  "cage.chooseStrategy": chooseStrategyCommand,
  "cage.useNative": (_, uri, again) => useNativeCommand(uri, again),
  "cage.doctor": doctorCommand,
  "cage.copyDoctorReport": copyDoctorReportCommand,
};
