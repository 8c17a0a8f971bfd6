import { counted } from "../wording/plural";
import { findings } from "./doctorFindings";
import type { Finding, Severity } from "./finding";
import type { DoctorFacts } from "./doctorFacts";
import { visible } from "../wording/foreignText";

/** Writes the report of Cage: Doctor: a plain text that the user can copy. */
export function doctorText(facts: DoctorFacts): string {
  const found = findings(facts);
  return [
    "Cage: Doctor",
    facts.versions,
    sum(found),
    "",
    ...found.flatMap(lines),
    "",
    "This text holds paths, versions and figures, no key, no passphrase and no content.",
    "",
  ].join("\n");
}

/** Writes "1 problem, 2 notes." */
function sum(found: readonly Finding[]): string {
  const count = (severity: Severity): number =>
    found.filter((one) => one.severity === severity).length;
  const [problems, notes] = [count("problem"), count("note")];
  if (problems + notes === 0) return "All is well.";
  const parts = [
    problems === 0 ? "No problem" : counted(problems, "problem"),
    ...(notes === 0 ? [] : [counted(notes, "note")]),
  ];
  return `${parts.join(", ")}.`;
}

function lines({ severity, subject, text, next }: Finding): readonly string[] {
  const first = `${severity.padEnd(width)}${subject}: ${visible(text)}`;
  return next === undefined ? [first] : [first, `${" ".repeat(width)}-> ${next}`];
}

const width = "problem".length + 2;
