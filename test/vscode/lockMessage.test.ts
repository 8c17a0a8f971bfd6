import { expect, it } from "vitest";
import { leftoverMessage } from "../../src/vscode/lockMessage";

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
