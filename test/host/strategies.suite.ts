import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { encrypted, openAsUser, useIdentity } from "./kit";
import type { Suite, TestContext } from "./runner";

const { fs } = vscode.workspace;

export const suite: Suite = {
  "the strategy of the workspace's settings counts from the next open on": async (test) => {
    const identity = await useIdentity();
    const uri = await encrypted(join(test.folder, "a.yaml.age"), "a: 1\n", identity);
    await openAsUser(test, join(test.folder, "a.yaml.age"));
    const audit = join(test.folder, "audit.jsonl");
    await set(test, "audit.file", audit, vscode.ConfigurationTarget.Global);
    await fs.readFile(uri);
    assert.equal((await lineOf(audit, 1))["strategy"], "native");
    await set(test, "streaming.strategy", "pipe", vscode.ConfigurationTarget.Workspace);
    try {
      assert.equal(new TextDecoder().decode(await fs.readFile(uri)), "a: 1\n");
    } catch (error) {
      // Without an age program, pipe reports that; it never falls back.
      assert.match(String(error), /neither age nor rage is on the PATH|only on Linux/i);
      return;
    }
    const line = await lineOf(audit, 2);
    assert.equal(line["strategy"], "pipe");
    assert.match(String(line["program"]), /^r?age \d/);
    assert.equal(line["reason"], "cage.streaming.strategy asks for it");
    await fs.writeFile(uri, new TextEncoder().encode("a: 2\n"));
    const written = await lineOf(audit, 3);
    assert.equal(written["operation"], "encrypt");
    assert.equal(written["strategy"], "pipe");
    assert.match(JSON.stringify(written["recipientsSha256"]), /^\["[0-9a-f]{64}"\]$/);
  },

  "a program that is missing is said to be, and Use Native opens the file": async (test) => {
    const identity = await useIdentity();
    const path = join(test.folder, "b.yaml.age");
    const uri = await encrypted(path, "b: 1\n", identity);
    await openAsUser(test, path);
    await set(test, "age.path", join(test.folder, "no-age"), vscode.ConfigurationTarget.Global);
    await set(test, "streaming.strategy", "pipe", vscode.ConfigurationTarget.Workspace);
    await assert.rejects(Promise.resolve(fs.readFile(uri)), (error: unknown) => {
      assert.match(
        String(error),
        /cage\.age\.path.* is not a program that you can run|only on Linux/,
      );
      assert.match(String(error), /or choose the strategy native|Choose another strategy/);
      return true;
    });
    // A value that is not text may have been meant as a policy, so Cage does not search the PATH
    // instead.
    await set(test, "age.path", ["/usr/bin/age"], vscode.ConfigurationTarget.Global);
    await assert.rejects(Promise.resolve(fs.readFile(uri)), (error: unknown) => {
      assert.match(String(error), /cage\.age\.path.* is not an absolute path|only on Linux/);
      return true;
    });
    await vscode.commands.executeCommand("cage.useNative", vscode.Uri.file(path));
    const chosen = vscode.workspace.getConfiguration("cage", uri).inspect("streaming.strategy");
    assert.equal(chosen?.workspaceValue, "native");
    assert.equal(new TextDecoder().decode(await fs.readFile(uri)), "b: 1\n");
  },

  "Doctor shows a text without a key": async ({ onEnd }) => {
    await useIdentity();
    onEnd(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));
    await vscode.commands.executeCommand("cage.doctor");
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, "cage-report");
    const text = document.getText();
    assert.match(text, /^Cage: Doctor\nCage \d/);
    for (const subject of ["Strategy", "Program", "Engine", "Identities", "Folder in memory"]) {
      assert.match(text, new RegExp(`^(ok|note|problem) +${subject}: `, "m"));
    }
    assert.ok(!text.includes("AGE-SECRET-KEY"));
  },
};

/** Changes a setting until the end of the test. */
async function set(
  { onEnd }: TestContext,
  name: string,
  value: unknown,
  target: vscode.ConfigurationTarget,
): Promise<void> {
  onEnd(() => vscode.workspace.getConfiguration("cage").update(name, undefined, target));
  await vscode.workspace.getConfiguration("cage").update(name, value, target);
}

/** Reads a line of the audit file, counted from 1. It is written just after the operation. */
async function lineOf(path: string, number: number): Promise<Record<string, unknown>> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    const lines = text.split("\n").slice(0, -1);
    const line = lines[number - 1];
    if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
