import * as vscode from "vscode";
import type { UnlockedWindows } from "../../documents/memory/unlockedWindows";
import type { Keyring, LockReason } from "../../keys/keyring";
import { Disposable } from "../dispose";
import type { Lock } from "./lock";
import { allLockedMessage, othersMessage, unaskedMessage } from "../wording/lockMessage";
import type { Log } from "../log";
import { isShown } from "../tabs";

/** The milliseconds after which an unlocked window checks again whether it should lock. */
const lookAgain = 1000;
/** The pause in milliseconds with which Lock All Windows looks whether the others have locked. */
const answerPause = 250;
/** The number of these looks: 10 seconds, of which the others need one or two. */
const mostLooks = 40;

const lockAllWindows = "Lock All Windows";
const openAgain = "Open Again";

/**
 * Locks other windows through the files of {@link UnlockedWindows}, at which each unlocked window
 * looks once a second. Reports a lock that the user of this window did not ask for.
 */
export class WindowLocks extends Disposable {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly keyring: Keyring,
    private readonly windows: UnlockedWindows,
    private readonly lock: Lock,
    private readonly idleMinutes: () => number,
    private readonly log: Log,
  ) {
    super();
    this.register({
      dispose: keyring.onChange((state, reason) => {
        if (state === "unlocked") this.follow();
        else void this.locked(reason);
      }),
    });
    this.register({
      dispose: () => {
        this.unfollow();
      },
    });
    // Removes the files of windows that are gone.
    void windows.count();
  }

  /** Tells the other windows that this one is closing. */
  end(): Promise<void> {
    this.unfollow();
    return this.windows.leave();
  }

  /** Locks this window, and offers to lock the others. */
  async lockThis(): Promise<void> {
    await this.lock.lockNow();
    const others = await this.windows.count();
    if (others === 0) return;
    void vscode.window
      .showInformationMessage(othersMessage(others), lockAllWindows)
      .then((answer) => (answer === lockAllWindows ? this.lockAll() : undefined));
  }

  /** Locks all windows, and says which were locked. */
  async lockAll(): Promise<void> {
    await this.lock.lockNow();
    const asked = await this.windows.ask();
    let left = asked;
    for (let looks = 0; left > 0 && looks < mostLooks; looks++) {
      await new Promise((resolve) => setTimeout(resolve, answerPause));
      left = await this.windows.count();
    }
    void vscode.window.showInformationMessage(allLockedMessage(asked, left));
  }

  /** Lets other windows lock this one while it is unlocked. */
  private follow(): void {
    this.unfollow();
    this.windows.enter().catch((error: unknown) => {
      this.log.failure("let other windows lock this one", "", error);
    });
    const look = async (): Promise<void> => {
      const isAsked = await this.windows.isAsked();
      if (isAsked && this.keyring.state === "unlocked") this.keyring.lock("elsewhere");
    };
    this.timer = setInterval(() => void look(), lookAgain);
  }

  private unfollow(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async locked(reason: LockReason): Promise<void> {
    const taken = this.lock.closed;
    await this.lock.whenDone();
    // The other windows wait until this one has left.
    if (this.keyring.state === "locked") await this.end();
    if (reason === "by the user") return;
    // The lock itself names what it left on the screen.
    const closed = taken.filter((path) => !isShown(path));
    const counts = { closed: closed.length, setAside: this.lock.drafted };
    const message = unaskedMessage(reason, counts, this.idleMinutes());
    const [first] = closed;
    if (first === undefined) vscode.window.setStatusBarMessage(message, 8000);
    else await this.tell(message, first);
  }

  private async tell(message: string, path: string): Promise<void> {
    const answer = await vscode.window.showInformationMessage(message, openAgain);
    if (answer !== openAgain) return;
    await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
  }
}
