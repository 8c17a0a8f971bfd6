import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSampleWorkspace } from "../../scripts/sampleWorkspace.mjs";
import { launchWorkbench, type WorkbenchOptions } from "./launch";
import type { Workbench } from "./workbench";

const wide = { width: 1280, height: 800 };

const views: Readonly<Record<string, Partial<WorkbenchOptions>>> = {
  dark: { size: wide, settings: { "workbench.colorTheme": "Dark Modern" } },
  light: { size: wide, settings: { "workbench.colorTheme": "Light Modern" } },
  contrast: { size: wide, settings: { "workbench.colorTheme": "Default High Contrast" } },
  narrow: { size: { width: 640, height: 800 } },
};

/** Takes pictures of the sample workspace: each view with a decrypted file, then with the menu. */
export async function takeScreenshots(folder: string): Promise<void> {
  const made = await makeSampleWorkspace();
  // The path is short, since the pictures show it.
  const sample = { ...made, folder: join(tmpdir(), "cage-sample") };
  await rm(sample.folder, { recursive: true, force: true });
  await cp(made.folder, sample.folder, { recursive: true });
  for (const [name, { settings, ...view }] of Object.entries(views)) {
    const workbench = await launchWorkbench({
      folder: sample.folder,
      settings: { ...sample.settings, ...settings },
      ...view,
    });
    try {
      await takeView(workbench, (moment) => join(folder, `${name}-${moment}.png`));
    } finally {
      await workbench.close();
    }
  }
}

async function takeView(workbench: Workbench, path: (moment: string) => string): Promise<void> {
  await workbench.open();
  await workbench.clickInExplorer("secrets.yaml.age");
  await workbench.editor("secrets.yaml").locator(".view-line", { hasText: "database" }).waitFor();
  await workbench.statusBar("padlokk.cage.status").filter({ hasText: "native" }).waitFor();
  const highlighted = ".view-line span[class^='mtk']:not(.mtk1)";
  await workbench.editor("secrets.yaml").locator(highlighted).first().waitFor();
  await workbench.screenshot(path("file"));
  await workbench.clickStatusBar("padlokk.cage.status");
  await workbench.quickInput("Cage");
  await workbench.screenshot(path("menu"));
  await workbench.press("Escape");
  await workbench.clickInExplorer("passphrase.json.age");
  await workbench.quickInput("passphrase.json.age");
  await workbench.screenshot(path("passphrase"));
}
