import * as vscode from "vscode";
import type { Again } from "../again";
import { reportFailure } from "../failures";
import type { Command } from "./commands";
import type { CommandContext } from "./context";
import { targetOf } from "./target";

/** The commands that need no other code, so that a lock depends on no file that is read then. */
const atHand: Readonly<Record<string, Command>> = {
  "cage.lockNow": ({ windowLocks }) => windowLocks.lockThis(),
  "cage.lockAllWindows": ({ windowLocks }) => windowLocks.lockAll(),
  "cage.showLog": ({ log }) => {
    log.show();
  },
};

/** Registers every command of package.json. It shows and logs each failure, in this one place. */
export function registerCommands(
  { packageJSON }: vscode.Extension<unknown>,
  context: CommandContext,
): vscode.Disposable {
  const { contributes } = packageJSON as typeof import("../../../package.json");
  const registered = contributes.commands.map(({ command: id }) =>
    vscode.commands.registerCommand(id, async (uri: unknown, more: unknown) => {
      try {
        const command = atHand[id] ?? (await import("./commands")).commands[id];
        return await command?.(context, uri, more);
      } catch (error) {
        reportFailure(context.log, id, targetOf(uri), error, id as Again);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
