import { beforeEach, describe, expect, it, vi } from "vitest";
import { DraftTargets } from "../../../src/documents/drafts/draftTarget";
import { makeSafe } from "../../../src/vscode/guards/oldBackupSweep";
import { documentUri } from "../../../src/vscode/uris";
import { draftsOf } from "../../documents/draftsKit";
import { alice, bob, bytes, desk, text } from "../../documents/kit";
import { silentDocuments } from "../../documents/silentDocuments";

const fake = vi.hoisted(() => ({ tabs: [] as object[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    tabGroups: {
      get all() {
        return [{ tabs: fake.tabs }];
      },
    },
  },
}));

beforeEach(() => {
  fake.tabs = [];
});

/** Makes a file with an open document, and all that makes its backups safe to remove. */
async function scene(owner = alice) {
  const at = await desk();
  const path = await at.encrypted("a.txt.age", "file", owner);
  const documents = silentDocuments(at.context);
  const drafts = draftsOf(at);
  const targets = new DraftTargets(documents, at.context);
  return { path, documents, drafts, safe: makeSafe(drafts, targets) };
}

describe("an old backup", () => {
  it("becomes a draft of no version, which the window's own draft leaves alone", async () => {
    const { path, documents, drafts, safe } = await scene();
    expect(await safe(path, bytes("typed"))).toBe(true);
    (await documents.read(path, "ask")).fill(0);
    const document = documents.find(path);
    if (document === null) throw new Error("it is not open");
    await drafts.make(path, document.ciphertext, document.draftKey, bytes("later"));
    await drafts.discardOwn(path);
    const [draft, ...others] = await drafts.find(path);
    if (draft === undefined) throw new Error("there is no draft");
    expect(others).toEqual([]);
    expect(draft.of).toBe("a window that is gone");
    expect(draft.record.base).toMatch(/^0{64}$/);
    expect(text(await drafts.open(draft, "never"))).toBe("typed");
  });

  it("waits where no key at hand opens its file", async () => {
    const { path, drafts, safe } = await scene(bob);
    expect(await safe(path, bytes("typed"))).toBe(false);
    expect(await drafts.all()).toEqual([]);
  });

  it("waits where a tab shows its document, which has a text of its own", async () => {
    const { path, drafts, safe } = await scene();
    fake.tabs = [{ input: { uri: documentUri(path) } }];
    expect(await safe(path, bytes("typed"))).toBe(false);
    expect(await drafts.all()).toEqual([]);
  });
});
