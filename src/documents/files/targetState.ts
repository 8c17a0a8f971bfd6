import type { Disk } from "../disk/disk";
import { nullWhenRefused } from "../disk/diskFailures";
import { realTarget } from "./openSource";

/** The state of a target's name. */
export type TargetState =
  | { readonly kind: "free"; readonly real: string }
  /** A file. A link with the target's name may lead to it. */
  | {
      readonly kind: "taken";
      readonly real: string;
      readonly version: string;
      readonly isLink: boolean;
      readonly isEmpty: boolean;
    }
  | {
      readonly kind: "unusable";
      readonly what: "a link that leads to no file" | "a folder" | "a pipe, a socket or a device";
    };

/**
 * Looks up the state of a target's name, and the target's real path.
 *
 * @throws AgeError of the disk.
 */
export async function targetState(target: string, disk: Disk): Promise<TargetState> {
  const isLink = (await disk.entry(target))?.kind === "link";
  const facts = isLink ? await disk.facts(target).catch(nullWhenRefused) : await disk.facts(target);
  if (isLink && facts?.kind !== "file") {
    return { kind: "unusable", what: "a link that leads to no file" };
  }
  if (facts?.kind === "folder") return { kind: "unusable", what: "a folder" };
  if (facts?.kind === "other") return { kind: "unusable", what: "a pipe, a socket or a device" };
  const real = await realTarget(target, disk);
  const there = await disk.entry(real);
  if (there === null) return { kind: "free", real };
  return { kind: "taken", real, version: there.version, isLink, isEmpty: facts?.size === 0 };
}
