import { describe, expect, it } from "vitest";
import { systemFailure } from "../../../src/age/systemFailure";
import { draftStatus, draftTooltip, timeOf } from "../../../src/vscode/wording/draftText";

const failed = (errno: string) => {
  const { code } = systemFailure(Object.assign(new Error(), { code: errno }), { path: "/d" });
  return { kind: "failed", code } as const;
};

describe("the tooltip of a draft", () => {
  it.each([
    ["ENOSPC", "the disk of VS Code's own data is full"],
    ["EROFS", "VS Code's own data can't be written"],
    ["EACCES", "VS Code's own data can't be written"],
    ["EIO", "the draft could not be written"],
  ])("names the reason for which there is none: %s", (errno, reason) => {
    expect(draftTooltip(failed(errno))).toContain(`unsaved text:** ${reason}. Save it`);
    expect(draftStatus(failed(errno))).toBe("no draft");
  });

  it("says when the last one was made", () => {
    const at = new Date(2026, 10, 28, 9, 5);
    expect(draftTooltip({ kind: "made", at })).toContain(`last at ${timeOf(at)}.`);
  });
});

describe("the time of a draft", () => {
  it("has its date unless that is today's", () => {
    const made = new Date(2026, 10, 28, 9, 5);
    expect(timeOf(made, new Date(2026, 10, 28, 23, 59))).toBe("09:05");
    expect(timeOf(made, new Date(2026, 10, 29))).toMatch(/2026.* 09:05$/);
  });
});
