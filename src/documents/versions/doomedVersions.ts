import type { VersionRules } from "./keepVersion";
import { isSoundVersion, type KeptVersion, type VersionFolder } from "./keptVersions";
import { expiredVersions, likelyTimes, overflowingVersions } from "./retention";

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
  const left: { version: KeptVersion; size: number; time: number; rank: number }[] = [];
  for (const { versions } of folders) {
    const sound = versions
      .filter(isSoundVersion)
      .map((version) => ({ version, replaced: version.manifest.replaced }));
    const times = likelyTimes(sound, now);
    const old = new Set(expiredVersions(sound, retention, now).map(({ version }) => version));
    expired.push(...old);
    sound.forEach(({ version }, index) => {
      const rank = index === sound.length - 1 ? 2 : 1;
      const time = times[index] ?? now;
      if (!old.has(version)) left.push({ version, size: version.size, time, rank });
    });
    // Versions that can't be restored go first. A file without a manifest may not be Cage's.
    const isFaulty = (one: KeptVersion) =>
      !isSoundVersion(one) && one.manifest !== null && one.size > 0;
    for (const version of versions.filter(isFaulty)) {
      left.push({ version, size: version.size, time: 0, rank: 0 });
    }
  }
  return [...expired, ...overflowingVersions(left, maxBytes).map(({ version }) => version)];
}
