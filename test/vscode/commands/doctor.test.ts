import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { copyDoctorReportCommand, doctorCommand } from "../../../src/vscode/commands/doctor";
import type { DoctorFacts } from "../../../src/vscode/doctor/doctorFacts";
import { alice, bob, desk, nameOf, passphrase, type Desk } from "../../documents/kit";
import { begunElsewhere } from "../../documents/operations";
import { versionDesk, type VersionDesk } from "../../documents/versionKit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { situation } from "../situation";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const told = vi.hoisted(() => ({ facts: [] as unknown[] }));
vi.mock("../../../src/vscode/doctor/doctorText", () => ({
  doctorText: (facts: unknown) => `report ${told.facts.push(facts)}`,
}));

beforeEach(() => {
  told.facts.length = 0;
});

/** A desk for Doctor, whose home folder is the desk's. */
async function doctorDesk(made?: Desk | VersionDesk) {
  const at = made ?? (await desk());
  vi.stubEnv("HOME", at.folder);
  vi.stubEnv("PATH", "");
  const versions = {
    rules: { retention: { kind: "none" }, folder: "/versions", maxBytes: 1 },
    allVersions: () => Promise.resolve([]),
  };
  const strategies = {
    situation: () => Promise.resolve(situation()),
    stagingParents: () => [],
    surroundings: { owner: { pid: 1, start: "now" }, pty: () => null },
  };
  const backups = { outlook: Promise.resolve({ kind: "kept out" }) };
  return commandDesk(
    {
      versions: made !== undefined && "store" in made ? made.store : versions,
      strategies,
      backups,
    },
    at,
  );
}

type Made = Awaited<ReturnType<typeof doctorDesk>>;

/** Runs Doctor. @returns the facts of which it made its report. */
async function factsOf({ context }: Made, path?: string): Promise<DoctorFacts> {
  await doctorCommand(context, path === undefined ? undefined : Uri.file(path));
  vi.unstubAllEnvs();
  return told.facts.at(-1) as DoctorFacts;
}

it("shows its report in an editor, or copies it", async () => {
  const { context } = await doctorDesk();
  await doctorCommand(context, undefined);
  expect(user.last("document")).toMatchObject({ text: "Cage Doctor", detail: "report 1" });
  expect(held.clipboard).toEqual([]);
  await copyDoctorReportCommand(context, undefined);
  vi.unstubAllEnvs();
  expect(held.clipboard).toEqual(["report 2"]);
  expect(user.texts("status")).toHaveLength(1);
});

it("knows the machine, the settings and the keys as they are", async () => {
  const made = await doctorDesk();
  const key = await made.at.put("key.txt", alice.encode());
  held.settings.user = {
    ...{ "cage.identities": [key, made.at.path("gone.txt")], "cage.audit.file": "/h/audit" },
    ...{ "cage.streaming.strategy": "pipe", "cage.backup.retention": "keep_all" },
    "files.hotExit": "off",
  };
  made.at.keyring.unlock();
  await begunElsewhere(made.at, { host: "other", since: 1 });
  expect(await factsOf(made)).toMatchObject({
    ...{ choice: { strategy: "pipe", by: "setting" }, chooser: "your user settings ask for it" },
    forKeys: { kind: "selected", strategy: "pipe" },
    ...{ wrongStrategy: null, keyring: "unlocked", unfinished: 1, recipients: null },
    identities: { found: [key], problems: [expect.stringContaining("gone.txt")] },
    keptVersions: { rule: "keep_all", isWrong: false, folder: "/versions", count: 0 },
    ...{ auditFile: "/h/audit", hotExit: false, backups: { kind: "kept out" }, plugins: [] },
  });
});

it("knows what is wrong: the strategy, the rule for versions, a backup on exit", async () => {
  const made = await doctorDesk();
  held.settings.user = { "cage.streaming.strategy": "fast", "cage.backup.retention": "some" };
  expect(await factsOf(made)).toMatchObject({
    ...{ wrongStrategy: "fast", hotExit: true, keyring: "locked" },
    keptVersions: { rule: "some", isWrong: true },
  });
});

it("counts the versions that are kept, and tells why they can't be", async () => {
  const at = await versionDesk("keep_all");
  await at.save(await at.encrypted("a.age", "one"), "two", "three");
  const made = await doctorDesk(at);
  const { keptVersions } = await factsOf(made);
  expect(keptVersions).toMatchObject({ count: 2, faulty: 0, problem: null });
  expect(keptVersions.bytes).toBeGreaterThan(400);
  at.store.allVersions = () => Promise.reject(new AgeError("not-found", "it is away"));
  expect((await factsOf(made)).keptVersions).toMatchObject({ count: 0, problem: "it is away" });
  at.store.allVersions = () => Promise.reject(new TypeError("a fault of Cage"));
  await expect(factsOf(made)).rejects.toThrow("a fault of Cage");
});

it("knows whom the next version of the file at hand is for", async () => {
  const made = await doctorDesk();
  const { at, context } = made;
  const path = await at.encrypted("a.age", "text");
  expect((await factsOf(made, path)).recipients).toMatchObject({
    ...{ file: "a.age", text: "nothing names them", isProblem: false },
  });
  (await context.documents.read(path, "ask")).fill(0);
  expect((await factsOf(made, path)).recipients?.text).toBe("1, the identity that opened it");
  const list = await at.put(".age-recipients", `${nameOf(alice)}\n${nameOf(bob)}\n`);
  expect((await factsOf(made, path)).recipients?.text).toBe(`2, named by ${list}`);
  await at.put(".age-recipients", "nonsense\n");
  expect((await factsOf(made, path)).recipients).toMatchObject({ isProblem: true });
});

it("hides no fault of Cage among those of lists", async () => {
  const rule = () => {
    throw new TypeError("a fault of Cage");
  };
  const made = await doctorDesk(await desk({ rule }));
  await expect(factsOf(made, made.at.path("a.age"))).rejects.toThrow("a fault of Cage");
});

it("knows a file that a passphrase opened", async () => {
  const made = await doctorDesk();
  const path = await made.at.encrypted("a.age", "text", passphrase("words"));
  user.will("words");
  (await made.context.documents.read(path, "ask")).fill(0);
  expect((await factsOf(made, path)).recipients?.text).toBe("the passphrase that opened it");
});
