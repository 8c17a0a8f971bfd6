import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { inProject } from "../../scripts/project.mjs";
import { launchWorkbench, type WorkbenchOptions } from "./launch";
import type { Workbench } from "./workbench";

export interface ScenarioFixtures {
  /**
   * An empty folder of the scenario's own, which `openWorkbench` opens. It is removed afterwards.
   */
  readonly folder: string;
  /** A folder for identity files, outside of the workbench's folder. */
  readonly keys: string;
  /**
   * Opens `folder` in a VS Code with the extension. The end of the scenario closes it; a failure
   * leaves a picture of it in test-results/.
   */
  readonly openWorkbench: (options?: Partial<WorkbenchOptions>) => Promise<Workbench>;
  /** Does the same without waiting: VS Code does not know its extensions yet. */
  readonly openWorkbenchAtOnce: (options?: Partial<WorkbenchOptions>) => Promise<Workbench>;
  /** Starts a VS Code without opening its window; the two above use it. */
  readonly launched: (options?: Partial<WorkbenchOptions>) => Promise<Workbench>;
}

/** A test in a real workbench: `scenario("title", async ({ folder, openWorkbench }) => …)`. */
export const scenario = test.extend<ScenarioFixtures>({
  // Vitest reads from these patterns which fixtures it needs, so they are there though empty.
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "cage-folder-"));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  keys: async ({}, use) => {
    const keys = await mkdtemp(join(tmpdir(), "cage-keys-"));
    await use(keys);
    await rm(keys, { recursive: true, force: true });
  },

  openWorkbench: async ({ launched }, use) => {
    await use(async (options) => {
      const workbench = await launched(options);
      await workbench.open();
      return workbench;
    });
  },

  openWorkbenchAtOnce: async ({ launched }, use) => {
    await use(async (options) => {
      const workbench = await launched(options);
      await workbench.openAtOnce();
      return workbench;
    });
  },

  launched: async ({ folder, task }, use) => {
    const opened: Workbench[] = [];
    await use(async (options = {}) => {
      const workbench = await launchWorkbench({ folder, ...options });
      opened.push(workbench);
      return workbench;
    });
    for (const [index, workbench] of opened.entries()) {
      if (task.result?.state === "fail") {
        const title = [task.suite?.name, task.name, index].join(" ").trim();
        const name = title.replace(/[^\w]+/g, "-");
        await mkdir(inProject("test-results"), { recursive: true });
        const path = inProject("test-results", `${name}.png`);
        // A page that a scenario has crashed has no picture.
        await workbench.screenshot(path).catch(() => undefined);
      }
      await workbench.close();
    }
  },
});
