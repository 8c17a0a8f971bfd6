import { isAbsolute } from "node:path";
import { counted } from "../wording/plural";
import type { DoctorFacts, VersionFacts } from "./doctorFacts";
import type { Finding, Severity } from "./finding";
import { bytesText } from "../wording/progressText";

/** Judges the rule for replaced versions, and the folder that holds them. */
export function versionFinding({ keptVersions: facts }: DoctorFacts): Finding {
  const { rule, isWrong, folder, faulty, problem } = facts;
  const subject = "Kept versions";
  const says = (severity: Severity, text: string, next?: string): Finding => ({
    severity,
    subject,
    text,
    ...(next === undefined ? {} : { next }),
  });
  if (isWrong) {
    const next = "Write none, keep_last:N, keep_days:N or keep_all in cage.backup.retention.";
    return says("problem", `"${rule}" is not a valid rule, so no new versions are kept`, next);
  }
  if (!isAbsolute(folder)) {
    const next = "Write an absolute path in cage.backup.folder.";
    return says("problem", `${folder} is not absolute`, next);
  }
  if (problem !== null) {
    const next = "Fix that folder, or name another one in cage.backup.folder.";
    return says(rule === "none" ? "note" : "problem", `${folder}: ${problem}`, next);
  }
  const text = `${rule === "none" ? "no new versions are kept" : rule}; ${versionsText(facts)}`;
  if (faulty === 0) return says("ok", text);
  return says("note", text, "Cage: Restore Version… says why; the files can be deleted.");
}

/** Writes "3 versions, 12 kB, in /home/me/…; 1 of them can't be restored". */
function versionsText({ count, faulty, bytes, folder }: VersionFacts): string {
  if (count === 0) return `none in ${folder}`;
  const bad = faulty === 0 ? "" : `; ${faulty} of them can't be restored`;
  return `${counted(count, "version")}, ${bytesText(bytes)}, in ${folder}${bad}`;
}
