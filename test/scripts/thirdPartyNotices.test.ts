import { build, type BuildOptions } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { noticesOf, packagesIn } from "../../scripts/thirdPartyNotices.mjs";
import { testFolder } from "../testFolder";

const script = new URL("../../esbuild.mjs", import.meta.url).href;
const { options } = (await import(script)) as { readonly options: BuildOptions };

it("every package of the bundles is named, with its licence", async () => {
  const { metafile } = await build({ ...options, metafile: true, write: false });
  const folders = packagesIn(metafile);
  expect(folders).toEqual(
    expect.arrayContaining(["node_modules/@noble/ciphers", "node_modules/execa"]),
  );
  const notices = await noticesOf(folders);
  for (const folder of folders) {
    expect(notices).toContain(`\n${folder.replace(/^.*node_modules\//, "")} `);
  }
  expect(notices.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(1);
});

it("a package without a licence stops the build", async () => {
  const folder = join(testFolder(), "node_modules/bare");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "name": "bare", "version": "1.0.0" }');
  await expect(noticesOf([folder])).rejects.toThrow("bare is in the bundle, but has no licence");
});
