import { describe, expect, it } from "vitest";
import type { KeptVersion, SoundVersion } from "../../../src/documents/versions/keptVersions";
import type { NamedRecipient } from "../../../src/documents/memory/memory";
import { NotKeptNotices } from "../../../src/vscode/settings/machineVersions";
import {
  kindsText,
  momentText,
  restoreQuestion,
  versionRow,
  type VersionReaders,
  type RestoreQuestion,
} from "../../../src/vscode/wording/versionsText";

const noon = new Date(2026, 10, 28, 12, 5, 9).getTime();
const alice = { text: `age1${"a".repeat(58)}`, name: "Alice" };
const bob = { text: `age1${"q".repeat(58)}` };

const version = (change: Partial<SoundVersion["manifest"]> = {}): SoundVersion => ({
  ...{ key: "0".repeat(32), number: 3, path: "/v/000003-a.yaml.age", size: 2048, fault: null },
  manifest: {
    ...{ path: "/w/a.yaml.age", written: noon, replaced: noon + 60_000, replacedBy: "save" },
    ...{ size: 2048, digest: "d", stanzas: ["X25519"], recipients: null, ...change },
  },
});

describe("the row of a version", () => {
  it("tells when, how large, for whom, and by what it was replaced", () => {
    expect(versionRow(version(), null)).toEqual({
      label: "$(history) 2026-11-28 12:05:09",
      description: "2.0 kB · X25519",
      detail: "replaced 2026-11-28 12:06:09 by a save",
    });
  });

  it("marks the present one", () => {
    const { label, description } = versionRow(version(), "d");
    expect([label, description]).toEqual([
      "$(check) 2026-11-28 12:05:09",
      "2.0 kB · X25519 · as it is now",
    ]);
  });

  it("tells why one can't be restored", () => {
    const fault = "its size is not what its manifest says";
    const faulty: KeptVersion = { ...version(), fault };
    expect(versionRow(faulty, "d")).toEqual({
      label: "$(warning) Version 3",
      description: "2.0 kB; can't be restored",
      detail: `${fault}.`,
    });
  });

  it("counts kinds of keys, and makes strange ones harmless", () => {
    expect(kindsText(["X25519", "ssh-ed25519", "X25519"])).toBe("2 X25519, 1 ssh-ed25519");
    expect(kindsText(["scrypt"])).toBe("a passphrase");
    expect(momentText(noon)).toBe("2026-11-28 12:05:09");
  });
});

describe("the question before a restoration", () => {
  const ask = (change: Partial<RestoreQuestion> = {}): string => {
    const asked: RestoreQuestion = {
      ...{ path: "/w/a.yaml.age", version: version(), fateOfPresent: "kept" },
      ...{ present: { stanzas: ["X25519"], recipients: null }, ...change },
    };
    const { message, detail } = restoreQuestion(asked);
    return `${message}\n${detail}`;
  };

  it("names the file and the time", () => {
    expect(ask()).toMatch(/^Restore a\.yaml\.age as it was on 2026-11-28 12:05:09\?\n/);
    expect(ask()).toContain("/w/a.yaml.age gets the bytes that it had then.");
  });

  it.each([
    ["kept", "The current version is kept first, as a version of its own."],
    ["not kept", "The current version is NOT kept, since cage.backup.retention is none."],
    ["too large", "The current version is NOT kept: it is larger than"],
    ["unreadable", "The current version is NOT kept: it could not be read. It is lost."],
    [null, "The file is gone. It is made again, readable only by you."],
  ] as const)("tells that the present version is %s", (fateOfPresent, text) => {
    expect(ask({ fateOfPresent })).toContain(text);
  });

  const readers = (...recipients: readonly NamedRecipient[]): VersionReaders => ({
    stanzas: recipients.map(() => "X25519"),
    recipients,
  });

  it("names who could open it then and can't now, and the reverse", () => {
    const asked = ask({ version: version(readers(alice)), present: readers(bob) });
    expect(asked).toContain(`It can be opened by ${alice.text} “Alice”, who`);
    expect(asked).toContain("who can't open the current version.");
    expect(asked).toContain("It can't be opened by age1q");
    expect(asked).toContain("who can open the current version.");
  });

  it("says nothing of people who are the same", () => {
    const same = ask({ version: version(readers(alice, bob)), present: readers(bob, alice) });
    expect(same).not.toContain("open");
  });

  it("tells kinds where they differ, and that an age file names nobody", () => {
    const present = { stanzas: ["scrypt"], recipients: null };
    expect(ask({ present })).toContain("is for X25519; the current one is for a passphrase.");
    expect(ask()).toContain("Somebody who has been removed since may be among them");
    expect(ask({ present: null })).toContain("That version is for X25519.");
    const both = { present, version: version({ stanzas: ["scrypt"] }) };
    expect(ask(both)).toContain("It opens with the passphrase that it had then.");
  });
});

describe("the notice of a version that is not kept", () => {
  const full = { code: "disk-full", message: "the disk is full" } as const;
  const large = { code: "too-large", message: "it is larger than all versions" } as const;

  it("comes once for each reason, and for each file that is too large", () => {
    const notices = new NotKeptNotices();
    expect(notices.textOf("/w/a.age", full)).toBe(
      "The version of a.age that was just replaced is not kept. The disk is full. Until that is fixed, saves go on without versions: see cage.backup.folder.",
    );
    expect(notices.textOf("/w/b.age", full)).toBeNull();
    expect(notices.textOf("/w/a.age", large)).toContain("Raise cage.backup.maxMegabytes");
    expect(notices.textOf("/w/a.age", large)).toBeNull();
    expect(notices.textOf("/w/b.age", large)).toContain("b.age");
    expect(notices.textOf("/w/a.age", { code: "no-permission", message: "no" })).not.toBeNull();
  });
});
