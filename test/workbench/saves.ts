import { dirname } from "node:path/posix";
import { writeThrough } from "./fileService";
import type { TextModel } from "./textModel";
import type { SavedBy, Watcher } from "./watcher";
import type { Workbench } from "./workbench";

/**
 * The saves of a window. The saves of a text run one after another, and of each state only once.
 */
export class Saves {
  constructor(
    private readonly window: Workbench,
    private readonly watcher: Watcher,
  ) {}

  /** Saves for the user (Ctrl+S) or an extension. @returns false if nothing was saved. */
  async save(model: TextModel, by: SavedBy): Promise<boolean> {
    const { saving } = model;
    if (saving?.id === model.id) return saving.done;
    if (!model.isDirty && by === "extension") return true;
    if (saving !== null) {
      model.queued ??= saving.done.then(() => {
        model.queued = null;
        return this.save(model, by);
      });
      return model.queued;
    }
    const done = this.saveNow(model, by).finally(() => {
      model.saving = null;
    });
    model.saving = { id: model.id, done };
    return done;
  }

  private async saveNow(model: TextModel, by: SavedBy): Promise<boolean> {
    const { host } = this.window;
    if (host === null) return false;
    const uri = model.uri.toString();
    let text = model.text;
    try {
      await host.willSave(model);
      const { id } = model;
      ({ text } = model);
      if (model.saving !== null) Object.assign(model.saving, { id });
      this.watcher.writing(uri, text, by);
      model.told(await writeThrough(host, model.uri, text, model.stat));
      this.watcher.written(uri, text, by);
      if (model.isClosed) return true;
      // VS Code does not count a text as saved if it was edited meanwhile.
      if (model.id === id) {
        model.markSaved(id);
        this.window.changed(model);
      }
      host.saved(model);
      host.fileChanged(dirname(model.uri.path));
      return true;
    } catch (error) {
      this.watcher.refused(uri, text, by, error);
      return false;
    }
  }
}
