import { readdir, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isDraftName, ownerOfCandidate } from "../../src/documents/drafts/draftNames";
import { isCandidateName, isHiddenName } from "../../src/documents/disk/hiddenNames";
import {
  isSoundVersion,
  openVerified,
  readVersions,
} from "../../src/documents/versions/keptVersions";
import { localDisk } from "../../src/documents/disk/localDisk";
import { shortDigest } from "../../src/documents/disk/digest";
import { kept, type Holdings } from "./holdings";
import type { Vault } from "./vault";

/** The files that an extension host left behind, and what is wrong with them. */
export class Remains {
  private readonly drafts: string;
  private readonly versions: string;
  private readonly files: string;

  constructor(
    private readonly storage: string,
    private readonly vault: Vault,
    private readonly documents: readonly Holdings[],
  ) {
    this.drafts = join(storage, "drafts");
    this.versions = join(storage, "versions");
    this.files = dirname(documents[0]?.path ?? "");
  }

  /** Opens the drafts of a document. @throws if its file's key does not open one. */
  async draftsOf({ path }: Holdings): Promise<readonly string[]> {
    return (await this.vault.drafts(this.drafts, path)).map(({ text }) => text);
  }

  /** Checks that files and versions are whole, and that the file once held each of them. */
  async faults(): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const document of this.documents) {
      const file = await this.vault.read(document.path);
      if (!document.fileTexts.has(file)) {
        faults.push(`${document.path} holds ${file}, not ${[...document.fileTexts].join(" or ")}`);
      }
      document.isNow(file);
      const { versions } = await this.versionsOf(document);
      for (const version of versions) {
        if (!isSoundVersion(version)) faults.push(`${version.path}: ${version.fault ?? ""}`);
        else await (await openVerified(version, localDisk)).close();
        const text = await this.vault.read(version.path);
        if (!document.held.includes(text)) faults.push(`${version.path} holds ${text}`);
      }
    }
    return [...faults, ...(await this.strangers())];
  }

  /** Finds what a start should have removed: half-written drafts and versions. */
  async leftOfStart(): Promise<readonly string[]> {
    const faults = (await this.namesIn(this.drafts)).filter((name) => !isDraftName(name));
    faults.push(...(await this.namesIn(this.storage)).filter((name) => name === trial));
    // The files of windows stay for a day: a start can't tell a sleeping window from one that is
    // gone.
    for (const document of this.documents) {
      const { versions, abandoned, candidates } = await this.versionsOf(document);
      faults.push(...abandoned, ...candidates);
      if (versions.length > kept) faults.push(`${versions.length} versions of ${document.path}`);
    }
    return faults;
  }

  /** Finds anything but documents, drafts, and versions with their manifests. */
  async leftOfSaves(): Promise<readonly string[]> {
    const faults = (await readdir(this.files)).filter(isHiddenName);
    faults.push(...(await this.namesIn(this.versions)).filter(isHiddenName));
    for (const document of this.documents) {
      const { versions } = await this.versionsOf(document);
      const texts = await Promise.all(versions.map(({ path }) => this.vault.read(path)));
      const fault = document.faultOfVersions(texts);
      if (fault !== null) faults.push(fault);
    }
    return [...faults, ...(await this.leftOfStart())];
  }

  /** Makes all candidates beside documents look two hours old. */
  async age(): Promise<void> {
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const name of (await readdir(this.files)).filter(isCandidateName)) {
      await utimes(join(this.files, name), old, old);
    }
  }

  private async versionsOf({ path }: Holdings): ReturnType<typeof readVersions> {
    return readVersions(this.versions, shortDigest(path), localDisk);
  }

  private namesIn(folder: string): Promise<readonly string[]> {
    return readdir(folder).catch(() => []);
  }

  /** Finds files that neither documents, drafts, versions nor windows account for. */
  private async strangers(): Promise<readonly string[]> {
    const own = this.documents.map(({ path }) => basename(path));
    const keys = this.documents.map(({ path }) => shortDigest(path));
    const [files, drafts, versions, storage] = await Promise.all(
      [this.files, this.drafts, this.versions, this.storage].map((one) => this.namesIn(one)),
    );
    const strange = [
      ...(files ?? []).filter((name) => !own.includes(name) && !isHiddenName(name)),
      ...(drafts ?? []).filter((name) => !isDraftName(name) && ownerOfCandidate(name) === null),
      ...(versions ?? []).filter((name) => !keys.includes(name) && !isHiddenName(name)),
      ...(storage ?? []).filter((name) => !["drafts", "versions", "windows", trial].includes(name)),
    ];
    return strange.map((name) => `nobody knows ${name}`);
  }
}

/** The folder in which a start tries whether VS Code could make backups. */
const trial = "cage-name-trial";
