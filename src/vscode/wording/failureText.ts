import { AgeError, type AgeErrorCode, type AgeErrorFacts, type Holder } from "../../age/errors";
import { quoted } from "./foreignText";
import { holderText } from "./holderText";
import { stepFor, stepText, type Step } from "./nextSteps";

/** A button under a message: its label and the command that it runs with the file's path. */
export interface Action {
  readonly label: string;
  readonly command: string;
}

/** A failure as a user sees it. */
export interface Explanation {
  /** The failure, as a sentence. */
  readonly message: string;
  /** The next thing to do, as a sentence. */
  readonly nextStep: string;
  readonly actions: readonly Action[];
  /** The attempts, each as a sentence; a page lists them. */
  readonly details?: readonly string[];
  /** The next step in a message, which has no room for all of it and for the attempts. */
  readonly shortStep?: string;
}

/** The most characters of a failure's message that are shown: enough for the file names in it. */
export const longestMessage = 600;

const openRaw: Action = { label: "Open Raw", command: "cage.openRaw" };
const unlock: Action = { label: "Unlock", command: "cage.openDecrypted" };
const chooseIdentity: Action = { label: "Choose Identity…", command: "cage.chooseIdentity" };
const chooseReaders: Action = { label: "Choose Who…", command: "cage.newEncryptedFile" };
const generateIdentity: Action = { label: "Generate Identity…", command: "cage.generateIdentity" };
const tryAgain: Action = { label: "Try Again", command: "cage.openDecrypted" };
const showLog: Action = { label: "Show Log", command: "cage.showLog" };
const useNative: Action = { label: "Use Native", command: "cage.useNative" };
const chooseStrategy: Action = { label: "Choose Strategy…", command: "cage.chooseStrategy" };
const doctor: Action = { label: "Doctor", command: "cage.doctor" };
const unfinishedFiles: Action = { label: "Unfinished Files…", command: "cage.showUnfinished" };
const decryptFile: Action = { label: "Decrypt File…", command: "cage.decryptFile" };

/** The commands of all buttons: the only ones that a page may run. */
export const actionCommands: ReadonlySet<string> = new Set(
  [
    openRaw,
    unlock,
    chooseIdentity,
    generateIdentity,
    tryAgain,
    showLog,
    useNative,
    chooseStrategy,
    doctor,
    decryptFile,
    chooseReaders,
    unfinishedFiles,
  ].map(({ command }) => command),
);

/** Explains why a file stays closed after the user declined a question about it. */
export function explainDeclined({ logN }: AgeErrorFacts): Explanation {
  const isUntyped = logN === undefined;
  return {
    message: isUntyped
      ? "It needs a passphrase."
      : `Its passphrase has work factor ${logN}, which was declined.`,
    nextStep: isUntyped ? "Choose Unlock to enter it." : "Choose Unlock to be asked again.",
    actions: [unlock, chooseIdentity, openRaw],
  };
}

/** Turns any error into what the user reads: what happened, what to do next, and buttons. */
export function explain(error: unknown): Explanation {
  if (!(error instanceof AgeError)) {
    return {
      message: "Something went wrong that Cage did not expect.",
      nextStep:
        "Some of it may be done, so look at the file before you try again. The log says more.",
      actions: [showLog],
    };
  }
  const { holder } = error.facts;
  if (holder !== undefined) return explainHolder(error.message, holder);
  const [usual, actions] = advice(error.code);
  const advised = stepFor(error) ?? usual;
  const nextStep = stepText(advised, error.facts.isResumable === true);
  const message = quoted(sentence(error.message), longestMessage);
  const details = error.facts.tried?.map((one) => quoted(sentence(one), longestMessage)) ?? [];
  return {
    ...{ message, nextStep, actions },
    ...(details.length === 0 ? {} : { details }),
    ...(error.code === "no-identity-match" ? { shortStep: noMatchInShort } : {}),
  };
}

const noMatchInShort =
  "Choose an identity file of one of its recipients. Click the file to see what was tried.";

/** Says which process works on a file. The user can end a run that Cage can't check from here. */
function explainHolder(message: string, holder: Holder): Explanation {
  const [wait] = advice("busy");
  const isEndable = !holder.isAlive && holder.since !== null;
  const end =
    "Cage can't tell from here whether it is still running. If it has ended, choose it in Unfinished Files… to resume or discard it. This run wrote nothing.";
  return {
    message: quoted(sentence(`${message}: ${holderText(holder)}`), longestMessage),
    nextStep: isEndable ? end : stepText(wait, false),
    actions: isEndable ? [unfinishedFiles] : [],
  };
}

/**
 * Explains why a file could not be opened. Every such failure can be tried again. After the failure
 * of a strategy "Try Again" comes first, since it changes nothing.
 */
export function explainOpening(error: unknown): Explanation {
  const explanation = explain(error);
  const { actions } = explanation;
  if (actions.some(({ command }) => command === tryAgain.command)) return explanation;
  const all = isOfStrategy(error) ? [tryAgain, ...actions] : [...actions, tryAgain];
  return { ...explanation, actions: all };
}

/** Tells whether a button chooses another strategy, which may do what failed. */
export function choosesStrategy(action: Action): boolean {
  return action === useNative || action === chooseStrategy;
}

/** Tells whether another strategy may do what failed. */
export function isOfStrategy(error: unknown): boolean {
  return explain(error).actions.includes(useNative);
}

/**
 * Tells whether nothing is at a path. Any other "not-found" means that no file can be created
 * there.
 */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof AgeError) || error.code !== "not-found") return false;
  return error.facts.fault === undefined || error.facts.fault === "ENOENT";
}

const orNative = "or choose the strategy native: Use Native sets it for this workspace.";

function advice(code: AgeErrorCode): readonly [Step, readonly Action[]] {
  switch (code) {
    case "empty-file":
      return ["Choose who may read it, and it becomes an encrypted file.", [chooseReaders]];
    case "not-age":
      return ["Open it raw to see what it holds.", [openRaw]];
    case "unsupported-version":
      return ["Update Cage, or decrypt it with a newer age.", [openRaw]];
    case "invalid-header":
    case "invalid-armor":
    case "invalid-mac":
    case "corrupt-payload":
      return [
        "The file was damaged or cut off. Get it again from its source, a backup or version control.",
        [openRaw],
      ];
    case "no-identity-match":
      return [
        "Choose an identity file that belongs to one of its recipients. If you have none, generate an identity and ask somebody who can read the file to add its recipient. This version opens files with X25519 identities and passphrases, not with SSH keys, plugins or post-quantum identities.",
        [chooseIdentity, generateIdentity, doctor, openRaw],
      ];
    case "incorrect-passphrase":
      return ["Try again. Check upper and lower case, and the keyboard layout.", [tryAgain]];
    case "excessive-work":
      return ["Cage refuses it, since opening it could use up this machine's memory.", [openRaw]];
    case "invalid-identity":
    case "unreadable-identity-file":
      return [
        "In an identity file, each line is an identity, which begins with AGE-SECRET-KEY-1, or a comment. Fix that file, choose another one, or generate an identity.",
        [chooseIdentity, generateIdentity],
      ];
    case "unsupported-identity":
      return [
        "Choose a file with X25519 identities, which begin with AGE-SECRET-KEY-1, or generate one and have its recipient added to your files.",
        [chooseIdentity, generateIdentity],
      ];
    case "invalid-recipient":
    case "unsupported-recipient":
      return [
        "Correct the recipient and save again. Nothing was written; your text is still in the editor.",
        [],
      ];
    case "incompatible-recipients":
      return ["Use either a passphrase or recipients.", []];
    case "no-recipients":
      return [
        "List the recipients, one per line, in a file named .age-recipients beside it, or in the setting cage.recipients.",
        [],
      ];
    case "invalid-glob":
      return [{ unwritten: "Correct that rule in the settings and try again." }, []];
    case "unreadable-recipients-file":
      return [{ unwritten: "Fix that file and save again." }, []];
    case "unknown-suffix":
      return [
        "To open such files, add a glob for their names to the setting cage.files, such as *.asc. Decrypt File… works with any name.",
        [decryptFile],
      ];
    case "encrypted-name":
      return [{ unwritten: "Choose a name without the suffix of an encrypted file." }, []];
    case "locked":
      return ["Unlock it to go on.", [unlock, chooseIdentity, openRaw]];
    case "dismissed":
      return ["Nothing was written.", [unlock]];
    case "not-found":
      return ["It may have been moved or deleted by another program.", []];
    case "unusable-path":
      return [{ unwritten: "Check its path, and the names and links in it." }, []];
    case "already-exists":
      return [{ unwritten: "Choose another name, or move that file away." }, []];
    case "busy":
      return ["Wait until that run has finished, or cancel it. This run wrote nothing.", []];
    case "no-permission":
      return [
        { unwritten: "Check who may read or write the file and its folder, then try again." },
        [],
      ];
    case "disk-full":
      return ["Free some space, then try again. The old file is untouched.", []];
    case "changed-on-disk":
      return [{ unwritten: "Look at what it holds now, then try again." }, []];
    case "cannot-replace":
      return [
        {
          unwritten:
            "Its content can be written where it is; save again and choose Write In Place.",
        },
        [],
      ];
    case "unverified-candidate":
      return ["The old file is untouched. Check the disk, then try again.", []];
    case "invalid-draft":
      return ["The draft was not opened, and stays where it is. The file is untouched.", []];
    case "too-large":
      return ["Decrypt it to a file instead.", [decryptFile]];
    case "source-changed":
      return ["Let the program that writes to it finish, then try again.", []];
    case "program-not-found":
      return [
        `Install age (age-encryption.org) or rage, or leave cage.age.path empty for the one on the PATH, ${orNative}`,
        [useNative, chooseStrategy, doctor],
      ];
    case "program-failed":
      return [`Run Cage: Doctor to see which program is used, ${orNative}`, [useNative, doctor]];
    case "timed-out":
      return [
        `The program may have been waiting for an answer. Raise cage.age.timeoutSeconds if it is only slow, ${orNative}`,
        [useNative, doctor],
      ];
    case "strategy-unable":
      return [
        "Choose another strategy. If the workspace is what stands in the way, trust it first, with Workspaces: Manage Workspace Trust.",
        [chooseStrategy, useNative],
      ];
    case "worker-failed":
      return ["Try again. If it happens again, see the log.", [showLog]];
    case "write-failed":
      return ["The old file is untouched. Try again, or see the log.", [showLog]];
    case "read-failed":
      return ["It could not be read. Try again, or see the log.", [showLog]];
  }
}

/**
 * Makes a text a sentence: adds a full stop and a capital letter. A first word that may be a file's
 * name keeps its letters.
 */
export function sentence(message: string): string {
  return `${message.replace(/^[a-z][a-z-]*(?=[ ;:]|$)/, capitalized)}.`;
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
