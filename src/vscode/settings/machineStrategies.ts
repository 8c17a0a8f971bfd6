import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { chosenStrategy, confirmUsable, type Strategies } from "../../strategies/chosenStrategy";
import { endAllPrograms } from "../../strategies/cli/process/processGroup";
import { ProgramFinder } from "../../strategies/cli/program";
import type { ProgramPlaces } from "../../strategies/cli/programSearch";
import { programStrategy } from "../../strategies/cli/programStrategy";
import { ptyLoader } from "../../strategies/cli/process/pty";
import type { Owner } from "../../strategies/cli/process/processIdentity";
import { removeAllStaging } from "../../strategies/cli/transfer/privateFolder";
import { sweep } from "../../strategies/cli/sweep";
import type { ProgramSurroundings } from "../../strategies/cli/programContext";
import { type NativeStrategy, nativeStrategy } from "../../strategies/native/nativeStrategy";
import { type Situation, situationOf } from "../../strategies/situation";
import type { Strategy } from "../../strategies/strategy";
import { Disposable } from "../dispose";
import { settings } from "./settings";

/** The strategies of this machine, and the choice among them by the settings. */
export class MachineStrategies extends Disposable {
  readonly surroundings: ProgramSurroundings;
  /** Cage's own strategy, for data that no program may see. */
  readonly native: NativeStrategy;
  private readonly strategies: Strategies;

  /**
   * @param extensionFolder - the extension's folder.
   * @param owner - this process, whose private folders are removed after it has ended.
   */
  constructor(extensionFolder: string, owner: Owner) {
    super();
    const finder = new ProgramFinder(() => programPlaces(owner));
    const now = (): number => performance.now();
    this.surroundings = {
      now,
      owner,
      platform: process.platform,
      home: homedir(),
      diskParent: tmpdir(),
      isTrusted: () => vscode.workspace.isTrusted,
      find: (signal) => finder.find(signal),
      pty: ptyLoader(extensionFolder, vscode.env.appRoot),
      memoryParents: [process.env["XDG_RUNTIME_DIR"] ?? "", "/dev/shm"],
      allowsDiskStaging: () => settings.allowsDiskStaging(),
      bufferSize: () => settings.bufferSize(),
      timeoutSeconds: () => settings.ageTimeout(),
    };
    const { surroundings } = this;
    this.native = nativeStrategy({
      now,
      workerFile: join(extensionFolder, "dist", "worker.js"),
      bufferSize: () => settings.bufferSize(),
    });
    const { native } = this;
    this.strategies = {
      native,
      byProgram: (name, program) => programStrategy(name, program, surroundings),
    };
    this.register({
      dispose: () => {
        void native.dispose();
        endAllPrograms();
        removeAllStaging();
      },
    });
    // A new window does everything else first.
    setImmediate(() => void sweep(this.stagingParents(), owner));
  }

  /**
   * Lists every folder in which Cage makes private folders, and sweeps them when a window starts.
   */
  stagingParents(): readonly string[] {
    const { memoryParents, diskParent } = this.surroundings;
    return [...new Set([...memoryParents, diskParent])].filter((parent) => parent !== "");
  }

  /** Makes the strategy of a file, as chosen for its folder. */
  for(path: string): Strategy {
    return chosenStrategy(settings.strategy(path), this.strategies, (signal) =>
      this.situation(signal),
    );
  }

  /** Fails if the strategy of a file can't encrypt here. @throws AgeError */
  confirmUsable(path: string): Promise<void> {
    return confirmUsable(settings.strategy(path), () => this.situation());
  }

  /** Finds out what this machine has for the strategies: programs, memory and trust. */
  situation(signal?: AbortSignal): Promise<Situation> {
    return situationOf(this.surroundings, signal);
  }
}

/**
 * Collects the places to look for programs, from the settings, the environment and the workspace.
 */
export function programPlaces(owner: Owner): ProgramPlaces {
  return {
    owner,
    setting: settings.ageProgram(),
    path: process.env["PATH"] ?? "",
    home: homedir(),
    workspace: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
  };
}
