import { isAbsolute } from "node:path";
import { programName } from "../../strategies/cli/program";
import type { Selection } from "../../strategies/selectStrategy";
import { backupFindings } from "./doctorBackups";
import type { DoctorFacts, StagingFacts } from "./doctorFacts";
import { versionFinding } from "./doctorVersions";
import type { Finding } from "./finding";
import { selectionText } from "../wording/strategyText";

/** Judges the facts. */
export function findings(facts: DoctorFacts): readonly Finding[] {
  return [
    ...strategyFindings(facts),
    ...programFindings(facts),
    ...stagingFindings(facts),
    engineFinding(facts),
    ...keyFindings(facts),
    ...fileFindings(facts),
    versionFinding(facts),
    ...backupFindings(facts),
  ];
}

function strategyFindings(facts: DoctorFacts): readonly Finding[] {
  const { choice, chooser, forKeys, forPassphrases, wrongStrategy } = facts;
  const asked = `${choice.strategy}, since ${chooser}`;
  const of = (subject: string, selection: Selection): Finding => {
    const text = selectionText(selection);
    if (selection.kind === "selected") return { severity: "ok", subject, text };
    return { severity: "problem", subject, text, next: "Run Cage: Choose Strategy…" };
  };
  const wrong: Finding = {
    severity: "problem",
    subject: "Wrong strategy",
    text: `"${wrongStrategy ?? ""}" is not a strategy and is not used`,
    next: "Write auto, native, pipe or tempfile in cage.streaming.strategy or CAGE_STREAMING_STRATEGY.",
  };
  return [
    { severity: "ok", subject: "Strategy", text: asked },
    of("Documents with keys", forKeys),
    of("Documents with a passphrase", forPassphrases),
    ...(wrongStrategy === null ? [] : [wrong]),
  ];
}

function programFindings(facts: DoctorFacts): readonly Finding[] {
  const { situation, otherPrograms, plugins, pty, choice } = facts;
  const { program, isTrusted } = situation;
  const isNeeded = choice.strategy === "pipe" || choice.strategy === "tempfile";
  const missing = isNeeded ? "problem" : "note";
  const found: Finding[] = [];
  if (!isTrusted) {
    const text = "Cage does not look for or start one while the workspace is not trusted";
    const next = "Trust the workspace to use pipe or tempfile.";
    found.push({ severity: missing, subject: "Program", text, next });
  } else if ("missing" in program) {
    const next = "Install age or rage, or name it in cage.age.path; native needs none.";
    found.push({ severity: missing, subject: "Program", text: program.missing, next });
  } else {
    const abilities = [
      program.takesPassphrases
        ? "takes passphrases without a terminal"
        : "takes passphrases at a terminal only",
      program.postQuantum ? "knows post-quantum recipients" : "knows no post-quantum recipients",
    ];
    const text = `${programName(program)} (${program.path}); ${abilities.join("; ")}`;
    found.push({ severity: "ok", subject: "Program", text });
  }
  if (otherPrograms.length > 0) {
    const told = otherPrograms.map(({ path, says }) =>
      says === null ? path : `${path} (${says})`,
    );
    const next = "Name one in cage.age.path to use it.";
    found.push({ severity: "ok", subject: "Other programs", text: told.join(", "), next });
  }
  const names = plugins.length === 0 ? "none on the PATH" : plugins.join(", ");
  found.push({ severity: "ok", subject: "Plugins", text: names });
  found.push(
    pty === null
      ? {
          severity: "note",
          subject: "Pseudo-terminal",
          text: "there is no node-pty",
          next: "Programs that take passphrases at a terminal only can't be given one; use native, or age 1.3 or newer.",
        }
      : { severity: "ok", subject: "Pseudo-terminal", text: `by ${pty} node-pty` },
  );
  return found;
}

function stagingFindings({ situation, staging: folders }: DoctorFacts): readonly Finding[] {
  const { memory, allowsDiskStaging } = situation;
  const subject = "Folder in memory";
  const place: Finding =
    memory.kind === "none"
      ? {
          severity: "note",
          subject,
          text: memory.reason,
          next: "Programs get their keys through such a folder; without one, use native.",
        }
      : { severity: "ok", subject, text: memory.parent };
  const staging: Finding = allowsDiskStaging
    ? {
        severity: "note",
        subject: "Staging on the disk",
        text: "allowed: tempfile may write plaintext of documents to the disk if there is no folder in memory",
        next: "Turn cage.streaming.allowDiskStaging off unless you need it.",
      }
    : { severity: "ok", subject: "Staging on the disk", text: "not allowed" };
  return [place, staging, ...leftFindings(folders)];
}

function leftFindings({ left, unknown }: StagingFacts): readonly Finding[] {
  const subject = "Leftover folders";
  if (left.length + unknown.length === 0) return [{ severity: "ok", subject, text: "none" }];
  const ended: Finding = {
    severity: "note",
    subject,
    text: left.join(", "),
    next: "Reload the window: Cage removes them when it starts.",
  };
  const notKnown: Finding = {
    severity: "note",
    subject,
    text: `${unknown.join(", ")}; Cage can't tell from here whether they are in use`,
    next: "When it starts, Cage removes those that are older than a day. Remove them yourself if Cage runs in no other container.",
  };
  return [...(left.length === 0 ? [] : [ended]), ...(unknown.length === 0 ? [] : [notKnown])];
}

function engineFinding({ engine, speeds }: DoctorFacts): Finding {
  const measured = speeds.map(
    (one) => `${one.engine} ${Math.round(one.megabytesPerSecond)} MB/s on one core`,
  );
  const text = `${engine} is used; ${measured.join(", ")}`;
  if (engine !== "portable") return { severity: "ok", subject: "Engine", text };
  const next = "It is slow, and the only one here: this runtime has no WebAssembly with SIMD.";
  return { severity: "note", subject: "Engine", text, next };
}

function keyFindings({ keyring, identities }: DoctorFacts): readonly Finding[] {
  const { found, encrypted, unsupported, problems, exposed } = identities;
  const opened = encrypted.filter(({ isKnown }) => isKnown).map(({ path }) => path);
  const closed = encrypted.filter(({ isKnown }) => !isKnown).map(({ path }) => path);
  const places = [...new Set(found)];
  const none = found.length + encrypted.length === 0;
  const text = none
    ? "none found"
    : [
        ...(found.length === 0 ? [] : [`${found.length} in ${places.join(", ")}`]),
        ...(opened.length === 0 ? [] : [`with a passphrase, opened: ${opened.join(", ")}`]),
        ...(closed.length === 0
          ? []
          : [`there may be some behind a passphrase in ${closed.join(", ")}`]),
      ].join("; ");
  const search: Finding = {
    severity: none ? "note" : "ok",
    subject: "Identities",
    text,
    ...(none ? { next: "Run Cage: Generate Identity… or Cage: Choose Identity…" } : {}),
  };
  return [
    {
      severity: "ok",
      subject: "Keys in memory",
      text: keyring === "locked" ? "no; Cage is locked" : "yes; Cage is unlocked",
    },
    search,
    ...unsupported.map((text): Finding => ({ severity: "note", subject: "Identities", text })),
    ...problems.map((problem): Finding => ({
      severity: "problem",
      subject: "Identities",
      text: problem,
      next: "Fix that file, or take it out of cage.identities or the environment.",
    })),
    ...exposed.map((path): Finding => ({
      severity: "problem",
      subject: "Identities",
      text: `${path} is open to others`,
      next: "Remove their permissions with chmod 600.",
    })),
  ];
}

function fileFindings({ recipients, unfinished, auditFile }: DoctorFacts): readonly Finding[] {
  const found: Finding[] = [];
  if (recipients !== null) {
    const { file, text, isProblem } = recipients;
    const severity = isProblem ? "problem" : "ok";
    found.push({ severity, subject: `Recipients of ${file}`, text });
  }
  found.push(
    unfinished === 0
      ? { severity: "ok", subject: "Unfinished files", text: "none" }
      : {
          severity: "note",
          subject: "Unfinished files",
          text: String(unfinished),
          next: "Run Cage: Unfinished Files… to resume or discard them.",
        },
  );
  const subject = "Audit file";
  if (auditFile === "") found.push({ severity: "ok", subject, text: "not set" });
  else if (isAbsolute(auditFile)) found.push({ severity: "ok", subject, text: auditFile });
  else {
    const next = "Write an absolute path in cage.audit.file.";
    found.push({ severity: "problem", subject, text: `${auditFile} is not absolute`, next });
  }
  return found;
}
