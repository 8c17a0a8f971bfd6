import { isAbsolute } from "node:path";
import { AgeError } from "../../age/errors";
import type { Report } from "../../strategies/strategy";
import { auditLine } from "../wording/auditLine";
import { quoted } from "../wording/foreignText";
import { offerSettings } from "../offerSettings";

/** The parts of the machine and of the settings that the audit file needs. */
export interface AuditSurroundings {
  /** The setting `cage.audit.file`; empty for none. */
  readonly path: () => string;
  /** Appends a line to a file. Part of the last line may be there if that one failed. */
  readonly append: (path: string, line: string, last: LastLine) => Promise<void>;
  readonly now: () => Date;
}

/** The fate of the last line, as far as this process knows. */
export type LastLine = "whole" | "failed";

/** The file of `cage.audit.file`, which gets a line for each operation. */
export class AuditFile {
  /** The file whose last line failed. The user was told, and part of that line may be there. */
  private failing: string | null = null;
  /** The writing of the last line: lines are written in the order of the operations. */
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly here: AuditSurroundings) {}

  /** Adds a line about an operation. It never rejects: the operation is done. */
  add(file: string, report: Report): Promise<void> {
    const path = this.here.path();
    if (path === "") return this.writing;
    const line = auditLine(file, report, this.here.now());
    this.writing = this.writing.then(() => this.append(path, line));
    return this.writing;
  }

  private async append(path: string, line: string): Promise<void> {
    try {
      if (!isAbsolute(path)) throw new AgeError("write-failed", "it is not an absolute path");
      await this.here.append(path, line, this.failing === path ? "failed" : "whole");
      this.failing = null;
    } catch (error) {
      if (this.failing === path) return;
      this.failing = path;
      void tell(path, error);
    }
  }
}

async function tell(path: string, error: unknown): Promise<void> {
  await offerSettings(
    "warning",
    `Nothing is written to the audit file ${quoted(path)}: ${reasonOf(error)}. Files are still encrypted and decrypted. Name a file that you can write to, as an absolute path, in cage.audit.file.`,
    "cage.audit.file",
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof AgeError) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? (reasons[code] ?? `the system says ${code}`) : "it failed";
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder does not exist",
  EACCES: "you may not write to it",
  EPERM: "you may not write to it",
  EROFS: "you may not write to it",
  EISDIR: "it is a folder",
  ENXIO: "it is a named pipe that nobody reads",
  ENOSPC: "the disk is full",
};
