import { describe, expect, it } from "vitest";
import { actionPage, failurePage, messagePage } from "../../../src/vscode/editor/pages";

const hostile = `<img src=x onerror="alert('1')">&`;
const harmless = "&lt;img src=x onerror=&quot;alert('1')&quot;&gt;&amp;";

describe("a page", () => {
  it("shows texts of a file as texts, wherever they stand", () => {
    const actions = [{ label: hostile, command: hostile }];
    const failure = { message: hostile, nextStep: hostile, actions };
    for (const page of [messagePage(hostile, hostile), failurePage(hostile, failure, "n0nce")]) {
      expect(page).not.toContain("<img");
      expect(page).not.toContain('onerror="');
      expect(page).toContain(harmless);
    }
  });

  it("lists what was tried, as texts", () => {
    const failure = { message: "m", nextStep: "n", actions: [] };
    const page = failurePage("a.age", { ...failure, details: [hostile, "b"] }, "n0nce");
    expect(page).toContain(`<ul><li>${harmless}</li><li>b</li></ul>`);
    expect(failurePage("a.age", failure, "n0nce")).not.toContain("<ul>");
  });

  it("runs no script but its own", () => {
    const failure = { message: "m", nextStep: "n", actions: [] };
    const page = failurePage("a.age", failure, "n0nce");
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("script-src 'nonce-n0nce'");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<script nonce="n0nce">');
    expect(messagePage("m", "h")).not.toMatch(/<script|script-src/);
  });

  it("takes the focus in place of a document, and leaves it as a side of a comparison", () => {
    const explanation = { message: "m", nextStep: "n", actions: [] };
    expect(failurePage("a.age", explanation, "x")).toContain(".focus()");
    expect(actionPage(explanation, "x", "leaves the focus")).not.toContain(".focus()");
  });

  it("has a button for each action", () => {
    const actions = [
      { label: "Unlock", command: "cage.openDecrypted" },
      { label: "Open Raw", command: "cage.openRaw" },
    ];
    const page = failurePage("a.age", { message: "m", nextStep: "n", actions }, "x");
    expect(page).toContain('<button data-command="cage.openDecrypted">Unlock</button>');
    expect(page).toContain('<button data-command="cage.openRaw">Open Raw</button>');
  });
});
