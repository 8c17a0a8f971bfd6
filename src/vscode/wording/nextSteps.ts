import type { Damage } from "../../age/damage";
import type { AgeError, Change } from "../../age/errors";
import type { SystemFault } from "../../age/systemFault";

/** The next thing to do after a failure. `unwritten` is said after one that wrote nothing. */
export type Step = string | { readonly unwritten: string };

/** Finds the next step for the cause of a failure; null if the failure's code says enough. */
export function stepFor({ code, facts: { damage, fault, change } }: AgeError): Step | null {
  if (change !== undefined) return { unwritten: changeSteps[change] };
  if (damage !== undefined) return damageSteps[damage];
  if (code === "read-failed" && fault === "EIO") return checkDisk;
  return fault === undefined ? null : systemSteps[fault];
}

/** The next steps after a change of something other than a command's files. */
const changeSteps: Readonly<Record<Change, string>> = {
  "saved file":
    "Look at what it holds now, then save again: Cage offers to compare, overwrite or reload.",
  "kept version": "Choose another version.",
  "edited text": "Save the text or undo the edit, then restore the version.",
  "link at target": "Remove the link and resume, or discard the operation in Unfinished Files….",
};

/** Says a next step, and that the run's work can be resumed or that nothing was written. */
export function stepText(step: Step, isResumable: boolean): string {
  const isUnwritten = typeof step !== "string";
  const text = isUnwritten ? step.unwritten : step;
  if (isResumable) return `${text} What was done is kept: run it again to resume.`;
  return isUnwritten ? `${text} Nothing was written.` : text;
}

const gitAttributes = 'write "*.age binary" into .gitattributes';
const fetchAgain = "Get it again from its source, a backup or version control.";
const notThere = "The encrypted file itself is not in there.";
const encryptIt = "If it is the content itself, rename it, and encrypt it with Encrypt File….";

/** The next steps for damaged files, and for files that belong to other programs. */
const damageSteps: Readonly<Record<Damage, string>> = {
  zeros: `Its content never reached the disk. ${fetchAgain}`,
  cut: `The rest is missing, as after a download that broke off. ${fetchAgain}`,
  "cut armor": `The rest is missing, as after copying only a part of it. ${fetchAgain}`,
  conflict: `Take one version whole: "git checkout --ours" or "--theirs" with the file's name while the merge is under way, or "git checkout COMMIT -- FILE". Then ${gitAttributes}, so that git no longer merges such files as text.`,
  "two files": `Keep one of the two, from its BEGIN line to its END line, or take one version from version control. Then ${gitAttributes}, so that git no longer joins such files.`,
  "line ends": `Is it in git? Then ${gitAttributes}, delete the file, and check it out again with "git checkout -- FILE". If PowerShell's ">" or a transfer as text wrote it, write it again with "age -o", or transfer it as binary.`,
  "lost returns": `What git holds may lack them too. Then ${gitAttributes}, and add the file again from where it was made, or check out a version from before it was changed.`,
  "seems to lack returns": `If so, what git holds may lack them too: ${gitAttributes}, and add the file again from where it was made. ${fetchAgain}`,
  text: `An editor or PowerShell's ">" may have done that; it can't be undone. ${fetchAgain}`,
  "utf-16": `It can't be converted back. Write it again with "age -o" and the file's name in place of ">".`,
  "utf-16 armor": `Save it as UTF-8 or ASCII without a byte order mark. For the next time, use "age -o" and the file's name in place of ">".`,
  mark: `If it is armored, save it without the mark (UTF-8 without BOM). If not, get it again, since an editor has changed its bytes.`,
  "empty line": `Remove that line in a text editor, or decrypt it with age 1.2 or older and encrypt it again.`,
  blanks: `Remove the blanks in a text editor: each line begins at the margin and ends after its last character.`,
  "no lines": `Put the line breaks back in a text editor: 64 characters a line, with BEGIN and END on lines of their own. Or get the file again.`,
  "text before": `Remove what does not belong to it: it goes from the BEGIN line to the END line.`,
  lfs: `Run "git lfs pull" in its folder, then open it again.`,
  annex: `Run "git annex get FILE", then open it again.`,
  "git-crypt": `Run "git-crypt unlock" in its repository, then open it again.`,
  openpgp: `Decrypt it with gpg, or give it a name that does not say age.`,
  "seems openpgp": `Try to decrypt it with gpg, or open it raw to see what it holds.`,
  sops: `Open it with "sops edit FILE". A name without the suffix of an encrypted file keeps Cage away from it.`,
  vault: `Open it with "ansible-vault edit FILE".`,
  openssl: `Decrypt it with "openssl enc -d" and the options that it was made with.`,
  "first age": `Decrypt it with the version of age that made it, and encrypt it again.`,
  identity: `It is not encrypted. To decrypt files with it, choose it with Choose Identity…, and give it a name without the suffix of an encrypted file.`,
  html: `${notThere} Download the file itself, for example by a link named Raw, signed in if need be.`,
  json: `${notThere} If a server's error was saved, download it again. ${encryptIt}`,
  "server error": `${notThere} Download it again, signed in if need be.`,
  archive: `Unpack it: the encrypted file may be inside. ${encryptIt}`,
  plain: `Open it raw to see what it holds. ${encryptIt}`,
};

const checkDisk =
  "Check the disk and its connection, and copy what matters from it to another one.";
const shorterName = {
  unwritten:
    "Give the file, or a folder above it, a shorter name: most systems allow 255 bytes for a name, which is fewer letters in most languages other than English.",
};
const connect = { unwritten: "Connect it again, then try again." };
const anotherFolder = { unwritten: "Choose a folder on another disk." };
const tooManyFiles = {
  unwritten: "Close other windows and programs, then try again. The limit is that of ulimit -n.",
};

/** The next steps after failures of the system. */
const systemSteps: Readonly<Record<SystemFault, Step | null>> = {
  ENOENT: null,
  EEXIST: null,
  EACCES: null,
  EPERM: null,
  ENOSPC: null,
  ENOTDIR:
    "Check its path: a file is in the place of one of its folders. Move that file away, or choose another path.",
  ELOOP: {
    unwritten:
      "One of the links on its path leads back to itself. Remove that link, or make it lead to the file.",
  },
  ENAMETOOLONG: shorterName,
  EISDIR: { unwritten: "Choose a file in it, or use Encrypt Folder… or Decrypt Folder…." },
  EILSEQ: { unwritten: "Choose a name without special characters." },
  ERR_INVALID_ARG_VALUE: { unwritten: "Choose a name without control characters." },
  EROFS: { unwritten: "Choose a folder on another disk, or have this one mounted for writing." },
  EDQUOT:
    "Delete files of your own on that disk, or ask whoever runs the machine for more room. The old file is untouched.",
  EFBIG:
    "Choose a folder on another disk (FAT32 takes no file over 4 GiB), or raise the limit of ulimit -f. The old file is untouched.",
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  ENOMEM: { unwritten: "Close other programs, then try again." },
  ETXTBSY: { unwritten: "End that program, then try again." },
  EBUSY: { unwritten: "Close what uses it, then try again." },
  EIO: `${checkDisk} The old file is untouched.`,
  EINVAL: {
    unwritten:
      "Its name may have a character that this disk does not allow, such as a colon. Choose another name or folder.",
  },
  ENODEV: connect,
  ENXIO: connect,
  ESTALE: connect,
  ENOTCONN: connect,
  EHOSTDOWN: connect,
  EHOSTUNREACH: connect,
  ETIMEDOUT: connect,
  ENOSYS: anotherFolder,
  ENOTSUP: anotherFolder,
  EOPNOTSUPP: anotherFolder,
  link: { unwritten: "Choose the file that the link leads to." },
  "dangling link":
    "Bring back what it leads to, or remove the link. For a link of git-annex, run git annex get.",
  "not UTF-8": {
    unwritten:
      "VS Code and Cage can't name such a file. Rename it in a terminal, for example with convmv.",
  },
  "special file": { unwritten: "Choose a file that lies on a disk." },
};
