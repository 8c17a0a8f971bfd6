import { EventEmitter, TabInputCustom, TabInputText, TabInputTextDiff, Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { StatusBar } from "../../../src/vscode/status/statusBar";
import { viewType } from "../../../src/vscode/editor/openRedirect";
import { type DraftState, draftStatus, draftTooltip } from "../../../src/vscode/wording/draftText";
import { spokenSummary, summary } from "../../../src/vscode/wording/operationText";
import { documentUri } from "../../../src/vscode/uris";
import { setUp } from "../../keys/kit";
import { unsavedText } from "../commands/kit";
import { held, tell } from "../fakeWorkspace";
import { report } from "../report";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.age";
const uri = documentUri(path);

/** A status bar, and what a test changes of what it shows. */
function bar() {
  const { ring } = setUp(30);
  const facts = {
    draft: null as DraftState | null,
    isReadOnly: false,
    audience: null as string | null,
  };
  const drafts = { event: new EventEmitter<void>(), stateOf: () => facts.draft };
  const backups = { event: new EventEmitter<void>(), isToldOf: () => facts.isReadOnly };
  const made = new StatusBar(
    ...([ring, () => new Date(0)] as const),
    { stateOf: drafts.stateOf, onDidChange: drafts.event.event },
    { isToldOf: backups.isToldOf, onDidPublish: backups.event.event },
    () => facts.audience,
  );
  const [item] = held.items as {
    readonly text: string;
    readonly tooltip?: { readonly value: string };
    readonly accessibilityInformation?: { readonly label: string };
  }[];
  return {
    ...{ made, ring, facts, drafts, backups },
    text: () => item?.text,
    tooltip: () => item?.tooltip?.value ?? "",
    spoken: () => item?.accessibilityInformation?.label,
  };
}

const show = (input: unknown): void => {
  held.tabs = [{ isActive: true, isDirty: false, input }];
  tell("onDidChangeTabs");
};

describe("the item of the status bar", () => {
  beforeEach(() => {
    show(new TabInputText(uri));
  });

  it("tells whether Cage is locked", () => {
    const { ring, text, tooltip, spoken } = bar();
    expect([text(), spoken()]).toEqual(["$(lock) Cage", "Cage, locked"]);
    // Nothing else stands there, nor an empty line for it.
    expect(tooltip().split("\n\n")).toEqual([
      expect.stringContaining("**Cage is locked.**"),
      expect.stringContaining("Click"),
    ]);
    ring.unlock();
    expect([text(), spoken()]).toEqual(["$(unlock) Cage", "Cage, unlocked"]);
    expect(tooltip()).toContain("**Cage is unlocked.**");
    ring.lock();
    expect(text()).toBe("$(lock) Cage");
  });

  it("tells how the document in front was read or written last, until a lock", () => {
    const { made, ring, text, tooltip, spoken } = bar();
    ring.unlock();
    const [first, last] = [report(), report({ operation: "encrypt", seconds: 2 })];
    made.add(path, first);
    made.add(path, last);
    made.add("/w/b.age", report({ seconds: 3 }));
    expect(text()).toBe(`$(unlock) ${summary(last)}`);
    expect(spoken()).toBe(`Cage, unlocked, ${spokenSummary(last)}`);
    expect(tooltip()).toContain("decrypt");
    show(new TabInputText(documentUri("/w/other.age")));
    expect(text()).toBe("$(unlock) Cage");
    show(new TabInputTextDiff(Uri.file("/w/old"), uri));
    expect(text()).toBe(`$(unlock) ${summary(last)}`);
    ring.lock();
    ring.unlock();
    expect(text()).toBe("$(unlock) Cage");
  });

  it("keeps ten operations of a file, and those of a hundred files", () => {
    const { made, tooltip, text } = bar();
    for (let seconds = 1; seconds <= 12; seconds++) made.add(path, report({ seconds }));
    const lines = tooltip()
      .split("\n")
      .filter((line) => line.includes("age 1.1.1"));
    expect(lines).toHaveLength(10);
    for (let index = 0; index < 99; index++) made.add(`/w/${index}.age`, report());
    expect(text()).not.toBe("$(lock) Cage");
    made.add("/w/more.age", report());
    expect(text()).toBe("$(lock) Cage");
  });

  it("shows what runs instead, the last to begin, until it has ended", () => {
    const { made, text, tooltip, spoken } = bar();
    const [first, second] = [made.begin(), made.begin()];
    first("Encrypting");
    second("Decrypting");
    expect([text(), spoken()]).toEqual(["$(sync~spin) Decrypting", "Cage, locked, Decrypting"]);
    expect(tooltip()).toContain("Operations are running");
    second(null);
    expect(text()).toBe("$(sync~spin) Encrypting");
    first(null);
    expect(text()).toBe("$(lock) Cage");
    expect(tooltip()).not.toContain("Operations are running");
  });

  it("tells of the draft of the document in front", () => {
    const { facts, drafts, text, tooltip, spoken } = bar();
    const draft = { kind: "failed", code: "disk-full" } as const;
    facts.draft = draft;
    drafts.event.fire();
    expect(text()).toBe(`$(lock) Cage · ${draftStatus(draft)}`);
    expect(spoken()).toBe(`Cage, locked, ${draftStatus(draft)}`);
    expect(tooltip()).toContain(draftTooltip(draft));
    show(undefined);
    expect(text()).toBe("$(lock) Cage");
  });

  it("tells that the document is read-only", () => {
    const { facts, backups, tooltip, spoken } = bar();
    facts.isReadOnly = true;
    backups.event.fire();
    expect(tooltip()).toContain("**This document is read-only,**");
    expect(spoken()).toBe("Cage, locked, read-only");
  });

  it("tells for whom the document is, as text, and not while Cage is locked", () => {
    const { facts, ring, tooltip } = bar();
    facts.audience = "For [Bob](command:x)";
    tell("onDidChangeTabs");
    expect(tooltip()).not.toContain("Bob");
    ring.unlock();
    expect(tooltip()).toContain("For \\[Bob\\]\\(command\\:x\\)");
  });

  it("warns of unsaved text that a lock had to leave", () => {
    held.texts = [unsavedText(uri)];
    const { ring, text, tooltip, spoken } = bar();
    expect(text()).toBe("$(warning) Cage: a unsaved");
    expect(tooltip()).toContain("Unsaved text is still shown: a.");
    expect(spoken()).toBe("Cage, locked, a unsaved and still shown");
    ring.unlock();
    expect(text()).toBe("$(unlock) Cage");
  });

  it("tells of a page in front that its file is closed, whatever other keys are in memory", () => {
    const { ring, text, tooltip, spoken } = bar();
    ring.unlock();
    show(new TabInputCustom(Uri.file("/w/*b*.age"), viewType));
    expect([text(), spoken()]).toEqual([
      ...["$(lock) Cage", "Cage, *b*.age is not open, unlocked"],
    ]);
    expect(tooltip()).toContain("**\\*b\\*\\.age is not open.**");
    expect(tooltip()).toContain("Keys of other files are in memory");
    show(new TabInputCustom(Uri.file("/w/b.age"), "other"));
    expect(text()).toBe("$(unlock) Cage");
  });

  it("runs the menu, and hears of nothing once it is disposed of", () => {
    const { made, ring, text } = bar();
    expect(held.items[0]).toMatchObject({ command: "cage.showMenu", name: "Cage" });
    made.dispose();
    ring.unlock();
    expect(text()).toBe("$(lock) Cage");
  });
});
