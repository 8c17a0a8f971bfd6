import type { VersionRules } from "./keepVersion";
import { isSoundVersion, type KeptVersion, type VersionFolder } from "./keptVersions";
import { expiredVersions, likelyTimes, overflowingVersions, type Sized } from "./retention";

/**
 * Finds the versions of all files that the rules no longer keep.
 *
 * @param now - the time, in milliseconds since 1970.
 */
export function doomedVersions(
  folders: readonly VersionFolder[],
  { retention, maxBytes }: VersionRules,
  now: number,
): readonly KeptVersion[] {
  const expired: KeptVersion[] = [];
  const left: (Sized & { readonly version: KeptVersion })[] = [];
  for (const { versions } of folders) {
    const sound = versions.filter(isSoundVersion);
    const clockTimes = sound.map(({ manifest }) => manifest.replaced);
    const times = likelyTimes(clockTimes, now);
    const aged = sound.map((version, index) => {
      const rank = index === sound.length - 1 ? 2 : 1;
      return { version, size: version.size, time: times[index] ?? now, rank };
    });
    const old = new Set(expiredVersions(aged, retention, now));
    expired.push(...Array.from(old, ({ version }) => version));
    left.push(...aged.filter((one) => !old.has(one)));
    // Versions that can't be restored go first. A file without a manifest may not be Cage's.
    const isFaulty = (one: KeptVersion) =>
      !isSoundVersion(one) && one.manifest !== null && one.size > 0;
    for (const version of versions.filter(isFaulty)) {
      left.push({ version, size: version.size, time: 0, rank: 0 });
    }
  }
  return [...expired, ...overflowingVersions(left, maxBytes).map(({ version }) => version)];
}
