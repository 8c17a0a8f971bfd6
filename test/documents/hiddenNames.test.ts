import { basename } from "node:path";
import { expect, it } from "vitest";
import {
  hiddenPath,
  isCandidateName,
  isPartialName,
  isPartialOf,
} from "../../src/documents/hiddenNames";

it.each(["a", "a\nb", ".env", "x".repeat(250), "\u2028"])(
  "the hidden names of %j are known again",
  (name) => {
    const target = `/home/${name}`;
    const partial = hiddenPath(target, "0f".repeat(12), "cage-partial");
    const candidate = hiddenPath(target, "0f".repeat(12), "cage-candidate");
    expect([isPartialName(basename(partial)), isPartialName(basename(candidate))]).toEqual([
      true,
      false,
    ]);
    expect([isCandidateName(basename(candidate)), isCandidateName(name)]).toEqual([true, false]);
    expect([isPartialOf(partial, target), isPartialOf(candidate, target)]).toEqual([true, false]);
  },
);
