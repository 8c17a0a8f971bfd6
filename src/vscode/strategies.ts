import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { chosenStrategy, type Strategies } from "../strategies/chosenStrategy";
import { endAllPrograms } from "../strategies/cli/ending";
import { ProgramFinder } from "../strategies/cli/program";
import { programStrategy } from "../strategies/cli/programStrategy";
import { ptyLoader } from "../strategies/cli/pty";
import { type FolderOwner, removeAllStaging, sweepStaging } from "../strategies/cli/ramFolder";
import { situationOf } from "../strategies/cli/situation";
import type { ProgramSurroundings } from "../strategies/cli/surroundings";
import { nativeStrategy } from "../strategies/native/nativeStrategy";
import type { Situation } from "../strategies/selectStrategy";
import type { Strategy } from "../strategies/strategy";
import { Disposable } from "./dispose";
import { settings } from "./settings";

/** The strategies of this machine, as the settings choose among them. */
export class MachineStrategies extends Disposable {
  readonly surroundings: ProgramSurroundings;
  private readonly strategies: Strategies;

  /**
   * @param extensionFolder - where the extension lies.
   * @param owner - this process, whose private folders are removed when it has ended.
   */
  constructor(extensionFolder: string, owner: FolderOwner) {
    super();
    const finder = new ProgramFinder(() => ({
      setting: settings.ageProgram(),
      path: process.env["PATH"] ?? "",
      home: homedir(),
      workspace: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
    }));
    const now = (): number => performance.now();
    this.surroundings = {
      ...{ now, owner, platform: process.platform, home: homedir(), diskParent: tmpdir() },
      isTrusted: () => vscode.workspace.isTrusted,
      find: () => finder.find(),
      pty: ptyLoader(extensionFolder, vscode.env.appRoot),
      memoryParents: [process.env["XDG_RUNTIME_DIR"] ?? "", "/dev/shm"],
      allowsDiskStaging: () => settings.allowsDiskStaging(),
      bufferSize: () => settings.bufferSize(),
      timeoutSeconds: () => settings.ageTimeout(),
    };
    const { surroundings } = this;
    const native = nativeStrategy({
      now,
      workerFile: join(extensionFolder, "dist", "worker.js"),
      bufferSize: () => settings.bufferSize(),
    });
    this.strategies = {
      native,
      pipe: programStrategy("pipe", surroundings),
      tempfile: programStrategy("tempfile", surroundings),
    };
    this.register({
      dispose: () => {
        void native.dispose();
        endAllPrograms();
        removeAllStaging();
      },
    });
    for (const parent of [...surroundings.memoryParents, surroundings.diskParent]) {
      if (parent !== "") void sweepStaging(parent, owner);
    }
  }

  /** The strategy of a file, as it is chosen for the folder that the file lies in. */
  for(path: string): Strategy {
    return chosenStrategy(settings.strategy(path), this.strategies, () => this.situation());
  }

  /** What there is on this machine. */
  situation(): Promise<Situation> {
    return situationOf(this.surroundings);
  }
}
