import * as vscode from "vscode";
import type { Again } from "../again";
import type { CommandContext } from "./context";
import { chooseIdentityCommand } from "./chooseIdentity";
import { chooseStrategyCommand } from "./chooseStrategy";
import { decryptFilesCommand } from "./decryptFiles";
import { compareDraftCommand } from "./compareDraft";
import { copyDoctorReportCommand, doctorCommand } from "./doctor";
import { editAnywayCommand } from "./editAnyway";
import { copyEncryptedPathCommand, revealEncryptedCommand } from "./encryptedPath";
import { encryptFilesCommand } from "./encryptFiles";
import { reportFailure } from "../failures";
import { generateIdentityCommand } from "./generateIdentity";
import { newEncryptedFileCommand } from "./newEncryptedFile";
import { openDecryptedCommand } from "./openDecrypted";
import { openRawCommand } from "./openRaw";
import { reencryptCommand } from "./reencrypt";
import { showMenu } from "./menu";
import { restoreComparedCommand, restoreVersionCommand } from "./restoreVersion";
import { targetOf } from "./target";
import { showUnfinishedCommand } from "./unfinished";
import { useNativeCommand } from "./useNative";

/** @param more - what else is selected in the Explorer, or what the command itself takes. */
type Command = (uri: unknown, more: unknown) => unknown;

/** Registers every command of package.json. A failure is shown and logged here, in one place. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const commands: Readonly<Record<string, Command>> = {
    "cage.openDecrypted": (uri, selected) => openDecryptedCommand(context, uri, selected),
    "cage.openRaw": (uri, selected) => openRawCommand(context, uri, selected),
    "cage.copyEncryptedPath": (uri) => copyEncryptedPathCommand(uri),
    "cage.revealEncrypted": (uri) => revealEncryptedCommand(uri),
    "cage.encryptFile": (uri, selected) => encryptFilesCommand(context, "files", uri, selected),
    "cage.encryptFolder": (uri, selected) => encryptFilesCommand(context, "folders", uri, selected),
    "cage.decryptFile": (uri, selected) => decryptFilesCommand(context, "files", uri, selected),
    "cage.decryptFolder": (uri, selected) => decryptFilesCommand(context, "folders", uri, selected),
    "cage.showReport": () => context.reports.showLast(),
    "cage.showUnfinished": () => showUnfinishedCommand(context),
    "cage.newEncryptedFile": (uri) => newEncryptedFileCommand(context, uri),
    "cage.generateIdentity": () => generateIdentityCommand(context),
    "cage.chooseIdentity": (uri) => chooseIdentityCommand(context, uri),
    "cage.reencrypt": (uri, selected) => reencryptCommand(context, uri, selected),
    "cage.editAnyway": (uri) => editAnywayCommand(context, uri),
    "cage.compareDraft": (uri) => compareDraftCommand(context, uri),
    "cage.restoreVersion": (uri) => restoreVersionCommand(context, uri),
    "cage.restoreCompared": (uri) => restoreComparedCommand(context, uri),
    "cage.lockNow": () => context.windowLocks.lockThis(),
    "cage.lockAllWindows": () => context.windowLocks.lockAll(),
    "cage.showMenu": () => showMenu(context.documentContext.keys.keyring.state),
    "cage.chooseStrategy": (uri, again) => chooseStrategyCommand(context, uri, again),
    "cage.useNative": (uri, again) => useNativeCommand(uri, again),
    "cage.doctor": (uri) => doctorCommand(context, uri),
    "cage.copyDoctorReport": (uri) => copyDoctorReportCommand(context, uri),
    "cage.showLog": () => {
      context.log.show();
    },
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (uri: unknown, more: unknown) => {
        try {
          return await command(uri, more);
        } catch (error) {
          reportFailure(context.log, id, targetOf(uri), error, id as Again);
          return undefined;
        }
      }),
    ),
  );
}
