import { expect, it } from "vitest";
import { leftoverMessage, unaskedMessage } from "../../../src/vscode/wording/lockMessage";

const nothing = { unsaved: [], open: [], unknown: [] };

it.each([
  [nothing, null],
  [
    { ...nothing, unsaved: ["a.ipynb"] },
    "The keys are gone, but a.ipynb has unsaved text that no draft could keep, and stays open until saved.",
  ],
  [
    { unsaved: ["a.md", "b.md"], open: ["c.md"], unknown: ["Panel"] },
    "The keys are gone, but a.md, b.md have unsaved text that no draft could keep, and stay open until saved. c.md could not be closed and still shows decrypted text: close it. Panel may still show decrypted text: Cage can't see into other extensions' tabs.",
  ],
])("names what a lock left on the screen: %j", (leftovers, message) => {
  expect(leftoverMessage(leftovers)).toBe(message);
});

it.each([
  [0, 0, "Cage locked itself after 5 minutes without use."],
  [
    1,
    0,
    "Cage locked itself after 5 minutes without use and closed 1 document. Open Again brings it back, and may ask for its key.",
  ],
  [
    2,
    1,
    "Cage locked itself after 5 minutes without use and closed 2 documents. Unsaved text of 1 file is kept in a draft. Open Again brings back those whose keys are at hand, and may ask for one.",
  ],
])(
  "promises of %i closed documents, %i of them unsaved, no more than is so",
  (closed, aside, text) => {
    expect(unaskedMessage("idle", { closed, setAside: aside }, 5)).toBe(text);
  },
);
