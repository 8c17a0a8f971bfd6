import { describe, expect, it } from "vitest";
import type { DoctorFacts } from "../../../src/vscode/doctor/doctorFacts";
import { findings } from "../../../src/vscode/doctor/doctorFindings";
import { doctorText } from "../../../src/vscode/doctor/doctorText";
import { situation } from "../situation";

const native = {
  ...({ kind: "selected", strategy: "native", fallbacks: [] } as const),
  reason: "it supports everything this file needs",
};

const keptVersions = {
  ...{ rule: "keep_last:3", isWrong: false, folder: "/h/versions" },
  ...{ count: 2, faulty: 0, bytes: 2048, problem: null },
};

const facts = (change: Partial<DoctorFacts> = {}): DoctorFacts => ({
  versions: "Cage 0.1.0, VS Code 1.125.0, Node 22.1.0, linux x64",
  situation: situation(),
  ...{
    otherPrograms: [],
    staging: { left: [], unknown: [] },
    plugins: ["/usr/bin/age-plugin-tpm"],
    pty: "Cage's",
  },
  ...{ engine: "openssl", speeds: [{ engine: "openssl", megabytesPerSecond: 2400.4 }] },
  choice: { strategy: "auto", by: "default", pipesPassphrases: false },
  ...{ chooser: "nobody chose another one", forKeys: native, forPassphrases: native },
  ...{ wrongStrategy: null, keyring: "locked" },
  identities: { found: ["/h/keys.txt"], encrypted: [], unsupported: [], problems: [], exposed: [] },
  ...{
    recipients: null,
    unfinished: 0,
    auditFile: "",
    hotExit: false,
    backups: { kind: "refused" },
    keptVersions,
    ...change,
  },
});

const severityOf = (change: Partial<DoctorFacts>, subject: string): string | undefined =>
  findings(facts(change)).find((one) => one.subject === subject)?.severity;

describe("the text of Doctor", () => {
  it("has a line for each thing, with its severity", () => {
    expect(doctorText(facts()).split("\n")).toEqual([
      "Cage: Doctor",
      "Cage 0.1.0, VS Code 1.125.0, Node 22.1.0, linux x64",
      "All is well.",
      "",
      "ok       Strategy: auto, since nobody chose another one",
      "ok       Documents with keys: uses native, which supports everything this file needs",
      "ok       Documents with a passphrase: uses native, which supports everything this file needs",
      "ok       Program: age 1.1.1 (/usr/bin/age); takes passphrases at a terminal only; knows no post-quantum recipients",
      "ok       Plugins: /usr/bin/age-plugin-tpm",
      "ok       Pseudo-terminal: by Cage's node-pty",
      "ok       Folder in memory: /dev/shm",
      "ok       Staging on the disk: not allowed",
      "ok       Leftover folders: none",
      "ok       Engine: openssl is used; openssl 2400 MB/s on one core",
      "ok       Keys in memory: no; Cage is locked",
      "ok       Identities: 1 in /h/keys.txt",
      "ok       Unfinished files: none",
      "ok       Audit file: not set",
      "ok       Kept versions: keep_last:3; 2 versions, 2.0 kB, in /h/versions",
      "ok       Backups of VS Code: unsaved text is not backed up: the name of the backup folder is too long for this disk",
      "",
      "This text holds paths, versions and figures, no key, no passphrase and no content.",
      "",
    ]);
  });

  it("judges the rule and the folder of versions", () => {
    const of = (change: Partial<DoctorFacts["keptVersions"]>): string => {
      const changed = facts({ keptVersions: { ...keptVersions, ...change } });
      const found = findings(changed).find((one) => one.subject === "Kept versions");
      return `${found?.severity ?? ""}: ${found?.text ?? ""}`;
    };
    expect(of({ rule: "none", count: 0 })).toBe(
      "ok: no new versions are kept; none in /h/versions",
    );
    expect(of({ faulty: 1 })).toBe(
      "note: keep_last:3; 2 versions, 2.0 kB, in /h/versions; 1 of them can't be restored",
    );
    expect(of({ rule: "last:3", isWrong: true })).toBe(
      'problem: "last:3" is not a valid rule, so no new versions are kept',
    );
    expect(of({ folder: "backup" })).toBe("problem: backup is not absolute");
    expect(of({ problem: "it may not be read" })).toBe("problem: /h/versions: it may not be read");
  });

  it("says what to do next, and counts what is wrong", () => {
    const text = doctorText(facts({ unfinished: 2, auditFile: "audit.jsonl" }));
    expect(text).toContain("1 problem, 1 note.\n");
    expect(text).toContain(
      "problem  Audit file: audit.jsonl is not absolute\n         -> Write an absolute path in cage.audit.file.\n",
    );
  });

  it("tells what other programs say of themselves", () => {
    const otherPrograms = [
      { path: "/usr/bin/rage", says: "rage 0.12.1" },
      { path: "/opt/age", says: "unknown version" },
      { path: "/w/age", says: null },
    ];
    expect(doctorText(facts({ otherPrograms }))).toContain(
      "ok       Other programs: /usr/bin/rage (rage 0.12.1), /opt/age (unknown version), /w/age\n         -> Name one in cage.age.path to use it.\n",
    );
  });

  it("tells which private folders are left, and what becomes of them", () => {
    const [left, unknown] = [
      ["/dev/shm/cage-1-61-0", "/tmp/cage-1-61-0"],
      ["/dev/shm/cage-2-62-0"],
    ];
    const text = doctorText(facts({ staging: { left, unknown } }));
    expect(text).toContain("No problem, 2 notes.\n");
    expect(text).toContain(
      "note     Leftover folders: /dev/shm/cage-1-61-0, /tmp/cage-1-61-0\n         -> Reload the window: Cage removes them when it starts.\n",
    );
    expect(text).toContain(
      "note     Leftover folders: /dev/shm/cage-2-62-0; Cage can't tell from here whether they are in use\n",
    );
    const ended = doctorText(facts({ staging: { left, unknown: [] } }));
    expect(ended).toContain("No problem, 1 note.\n");
  });

  it("names the files of identities that it can't use", () => {
    const unsupported = ["/h/id holds 1 SSH key, which this version can't use"];
    const text = doctorText(facts({ identities: { ...facts().identities, unsupported } }));
    expect(text).toContain(`note     Identities: ${unsupported.join("")}\n`);
  });

  it("calls no encrypted file an identity before its passphrase was typed", () => {
    const of = (isKnown: boolean) => {
      const encrypted = [{ path: "/h/data.age", isKnown }];
      return doctorText(facts({ identities: { ...facts().identities, found: [], encrypted } }));
    };
    expect(of(false)).toContain(
      "ok       Identities: there may be some behind a passphrase in /h/data.age\n",
    );
    expect(of(true)).toContain("ok       Identities: with a passphrase, opened: /h/data.age\n");
  });

  it("keeps each finding on its line, whatever a path holds", () => {
    const identities = { ...facts().identities, exposed: ["/h/a\nok       Strategy: x"] };
    const text = doctorText(facts({ identities }));
    expect(text).toContain("/h/a\\u{a}ok       Strategy: x is open to others");
  });
});

describe("the judgements of Doctor", () => {
  const missing = situation({ program: { missing: "neither age nor rage is on the PATH" } });

  it.each([
    [{ kind: "refused" }, "ok", false],
    [{ kind: "elsewhere" }, "note", false],
    [{ kind: "possible" }, "note", true],
    [{ kind: "in the browser" }, "note", true],
    [{ kind: "unknown", reason: "the disk is full" }, "note", true],
  ] as const)("tell whether VS Code can back unsaved text up: %o", (backups, severity, isTold) => {
    expect(severityOf({ backups }, "Backups of VS Code")).toBe(severity);
    expect(doctorText(facts({ backups })).includes("read-only until you run Edit Anyway")).toBe(
      isTold,
    );
  });

  it("say what VS Code will say when it quits with unsaved text, where it tries a backup", () => {
    expect(severityOf({ hotExit: true }, "Quitting with unsaved text")).toBe("note");
    expect(severityOf({ hotExit: false }, "Quitting with unsaved text")).toBeUndefined();
    const possible = { hotExit: true, backups: { kind: "possible" } } as const;
    expect(severityOf(possible, "Quitting with unsaved text")).toBeUndefined();
  });

  it("take a missing program for a problem only where it was chosen", () => {
    const pipe = { strategy: "pipe", by: "setting", pipesPassphrases: false } as const;
    expect(severityOf({ situation: missing }, "Program")).toBe("note");
    expect(severityOf({ situation: missing, choice: pipe }, "Program")).toBe("problem");
  });

  it("take a choice that can't be done for a problem", () => {
    const none = {
      kind: "none",
      obstacles: [{ strategy: "pipe", obstacle: "there is no program" }],
    } as const;
    expect(severityOf({ forPassphrases: none }, "Documents with a passphrase")).toBe("problem");
  });

  it("note what limits the choices", () => {
    expect(severityOf({ pty: null }, "Pseudo-terminal")).toBe("note");
    const memory = { kind: "none", reason: "/dev/shm is not there" } as const;
    expect(severityOf({ situation: situation({ memory }) }, "Folder in memory")).toBe("note");
    const disk = situation({ allowsDiskStaging: true });
    expect(severityOf({ situation: disk }, "Staging on the disk")).toBe("note");
    expect(severityOf({ engine: "portable" }, "Engine")).toBe("note");
    expect(severityOf({ wrongStrategy: "fast" }, "Wrong strategy")).toBe("problem");
  });
});
