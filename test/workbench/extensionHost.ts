import type { BundledExtension, Extension } from "./bundledExtension";
import type { Provider } from "./fileService";
import { HostDocument } from "./hostDocument";
import { HostEvents } from "./hostEvents";
import type { HostProcess } from "./hostProcess";
import { HostTabs } from "./hostTabs";
import type { TabChange } from "./tabs";
import type { TextModel } from "./textModel";
import type { Uri } from "./values";
import { vscodeModule } from "./vscodeModule";
import type { Workbench } from "./workbench";

/** A provider of documents, such as one side of a comparison. */
export interface ContentProvider {
  provideTextDocumentContent(uri: Uri): string;
}

/**
 * An extension host as VS Code's window sees it. Messages reach it in order, each a turn of the
 * event loop later. It knows only the texts and tabs that it was told of.
 */
export class ExtensionHost {
  readonly events = new HostEvents();
  readonly documents = new Map<string, HostDocument>();
  readonly tabs = new HostTabs();
  readonly providers = new Map<string, Provider>();
  readonly contents = new Map<string, ContentProvider>();
  readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  readonly watchers = new Set<(path: string) => void>();
  /** Settles when the extension has registered what it provides. */
  activated: Promise<void> = Promise.resolve();
  private extension: Extension | null = null;

  constructor(
    readonly process: HostProcess,
    readonly workbench: Workbench,
  ) {}

  /** Loads and activates the extension, and tells it what the window shows. */
  activate(bundle: BundledExtension, context: object): void {
    for (const model of this.workbench.models.values()) this.add(model);
    this.tabs.tell({ ...{ all: this.workbench.tabStates, opened: [] }, closed: [], changed: [] });
    this.extension = bundle.load(this.process, vscodeModule(this));
    this.activated = this.extension.activate(context);
  }

  /** Deactivates the extension, as a closing window does. */
  async deactivate(): Promise<void> {
    await this.call(() => this.extension?.deactivate());
  }

  /** Delivers a message after the earlier ones. */
  post(message: () => void): void {
    // Turns of the event loop come in the order of their requests.
    this.process.later(message);
  }

  /** Runs work in the extension. @throws Error "Canceled" if the host dies first. */
  async call<T>(work: () => T | Promise<T>): Promise<T> {
    if (!this.process.isAlive) throw new Error("Canceled");
    const result = new Promise<T>((resolve, reject) => {
      this.post(() => {
        void (async () => {
          try {
            resolve(await work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        })();
      });
    });
    return Promise.race([result, this.process.death]);
  }

  /** Runs work in the window for the extension, a turn later. */
  inWindow<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.process.later(() => {
        void (async () => {
          try {
            const value = await work();
            this.post(() => {
              resolve(value);
            });
          } catch (error) {
            this.post(() => {
              reject(error instanceof Error ? error : new Error(String(error)));
            });
          }
        })();
      });
    });
  }

  provider(scheme: string): Provider {
    const provider = this.providers.get(scheme);
    if (provider === undefined) throw new Error(`no file system for ${scheme.slice(0, 20)}`);
    return provider;
  }

  /** Tells the host of a new text. */
  open(model: TextModel): void {
    const { text, isDirty } = model;
    this.post(() => {
      this.events.opened.fire(this.add(model, text, isDirty));
    });
  }

  /** Tells the host that a text changed, or that it is saved or unsaved now. */
  change(model: TextModel): void {
    const { text, isDirty, uri } = model;
    this.post(() => {
      const document = this.documents.get(uri.toString());
      if (document === undefined) return;
      const contentChanges = document.text === text ? [] : [{ text }];
      if (contentChanges.length === 0 && document.isDirty === isDirty) return;
      document.take(text, isDirty);
      this.events.changed.fire({ document, contentChanges });
    });
  }

  /** Tells the host of a save. The document counts as saved even if more was typed meanwhile. */
  saved({ uri }: TextModel): void {
    this.post(() => {
      const document = this.documents.get(uri.toString());
      if (document === undefined) return;
      document.isDirty = false;
      this.events.saved.fire(document);
    });
  }

  close({ uri }: TextModel): void {
    this.post(() => {
      const document = this.documents.get(uri.toString());
      if (document === undefined) return;
      document.isClosed = true;
      document.isDirty = false;
      this.documents.delete(uri.toString());
      this.events.closed.fire(document);
    });
  }

  /** Tells the host which tabs changed, and which text is in front. */
  show(change: TabChange): void {
    this.post(() => {
      const was = this.tabs.active;
      const event = this.tabs.tell(change);
      this.events.tabs.fire(event);
      const { active } = this.tabs;
      if (active?.uri === was?.uri) return;
      const document = this.documents.get(active?.uri ?? "");
      this.events.activeEditor.fire(document === undefined ? undefined : { document });
    });
  }

  /** Lets listeners take part in a save, and applies their edits to the text. */
  async willSave(model: TextModel): Promise<void> {
    const waited: unknown[] = [];
    await this.call(() => {
      const document = this.documents.get(model.uri.toString());
      if (document === undefined) return;
      const waitUntil = (work: unknown): void => {
        waited.push(work);
      };
      this.events.willSave.fire({ document, waitUntil });
    });
  }

  /** Tells the watchers that a file changed on the disk. */
  fileChanged(path: string): void {
    this.post(() => {
      for (const tell of [...this.watchers]) tell(path);
    });
  }

  private add(model: TextModel, text = model.text, isDirty = model.isDirty): HostDocument {
    const save = (): Promise<boolean> =>
      this.inWindow(() => this.workbench.save(model.uri.toString(), "extension"));
    const document = new HostDocument(model.uri, text, isDirty, save);
    this.documents.set(model.uri.toString(), document);
    return document;
  }
}
