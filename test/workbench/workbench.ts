import packageJSON from "../../package.json";
import { ExtensionHost } from "./extensionHost";
import { readThrough } from "./fileService";
import { HostProcess } from "./hostProcess";
import { keptTab, restoredTab, withoutTexts, type KeptWindow } from "./keptWindow";
import { Mementos } from "./mementos";
import { Saves } from "./saves";
import { labelOf, tabChange, type ShownTab, type TabState } from "./tabs";
import { TextModel } from "./textModel";
import type { User } from "./user";
import { Uri } from "./values";
import type { SavedBy } from "./watcher";
import type { WorkbenchOptions } from "./workbenchOptions";

/** VS Code's window with one group of editors, as far as an extension's texts and tabs need it. */
export class Workbench {
  readonly models = new Map<string, TextModel>();
  readonly log: string[] = [];
  /** The messages that the status bar showed for a moment. */
  readonly statusMessages: string[] = [];
  statusItem: { text: string; tooltip: { readonly value: string } | null } | null = null;
  readonly mementos: Mementos;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly user: User;
  host: ExtensionHost | null = null;
  private readonly saves: Saves;
  private tabs: ShownTab[] = [];
  private told: readonly TabState[] = [];
  private active = 0;
  private lastTab = 0;
  private readonly watches = new Map<string, { dispose: () => void }>();
  private readonly loading = new Map<string, Promise<void>>();

  constructor(
    private readonly options: WorkbenchOptions,
    kept: KeptWindow | null = null,
  ) {
    this.settings = options.settings;
    this.user = options.user;
    this.mementos = new Mementos(kept?.mementos ?? null);
    this.saves = new Saves(this, options.watcher);
    if (kept === null) return;
    for (const model of kept.models) {
      this.models.set(model.uri, new TextModel(Uri.parse(model.uri), model));
    }
    this.tabs = kept.tabs.map(restoredTab);
    this.active = kept.active;
    this.lastTab = Math.max(0, ...kept.tabs.map(({ id }) => id));
    this.told = this.tabStates;
  }

  /** The window's present state. */
  get kept(): KeptWindow {
    return {
      models: [...this.models.values()].map(({ kept }) => kept),
      tabs: this.tabs.map(keptTab),
      ...{ active: this.active, mementos: this.mementos.kept },
    };
  }

  /** The state that is left after the window was killed. */
  get keptWithoutTexts(): KeptWindow {
    return withoutTexts(this.kept);
  }

  get tabStates(): readonly TabState[] {
    return this.tabs.map((tab) => ({
      ...tab,
      label: labelOf(tab),
      isDirty: this.models.get(tab.uri.toString())?.isDirty ?? false,
      isActive: tab.id === this.active,
    }));
  }

  /** Starts an extension host, which learns what the window shows. */
  start(): ExtensionHost {
    const { machine, bundle, storage } = this.options;
    const host = new ExtensionHost(new HostProcess(machine), this);
    this.host = host;
    this.told = this.tabStates;
    host.activate(bundle, {
      ...{ subscriptions: [], extensionPath: storage, globalStorageUri: Uri.file(storage) },
      ...{ extension: { packageJSON }, ...this.mementos.of(host) },
    });
    const active = this.tabs.find(({ id }) => id === this.active);
    if (active !== undefined) void host.activated.then(() => this.resolve(active.uri));
    return host;
  }

  /** Kills the extension host, but not the window. */
  async killHost(): Promise<void> {
    const { host } = this;
    this.host = null;
    this.watches.clear();
    await host?.process.kill();
  }

  /** Waits until all work that ends by itself has ended. */
  readonly settled = (): Promise<void> => this.host?.process.settled() ?? Promise.resolve();

  /** Lets time pass. */
  async wait(milliseconds: number): Promise<void> {
    await this.options.machine.clock.advance(milliseconds, this.settled);
  }

  /** Runs a command of the extension. */
  async command(id: string, ...args: readonly unknown[]): Promise<unknown> {
    const { host } = this;
    return host?.call(() => host.commands.get(id)?.(...args)).catch(() => undefined);
  }

  /** Gives an editor another text, as typing does. @returns false if no editor takes it. */
  edit(uri: string, text: string): boolean {
    const model = this.models.get(uri);
    if (model === undefined) return false;
    model.edit(text);
    this.changed(model);
    return true;
  }

  /** Keeps the tab of a text when another one opens. */
  pin(uri: string): void {
    for (const tab of this.tabs) if (tab.uri.toString() === uri) tab.isPreview = false;
  }

  /** Undoes (-1) or redoes (1) the last edit. */
  walk(uri: string, step: 1 | -1): void {
    const model = this.models.get(uri);
    if (model?.walk(step) === true) this.changed(model);
  }

  /** Saves for the user (Ctrl+S) or an extension. @returns false if nothing was saved. */
  async save(uri: string, by: SavedBy): Promise<boolean> {
    const model = this.models.get(uri);
    return model !== undefined && this.saves.save(model, by);
  }

  /** Gives up the unsaved changes of a text. */
  async revert(uri: string): Promise<void> {
    const model = this.models.get(uri);
    if (model === undefined) return;
    const wasDirty = model.isDirty;
    model.isDirty = false;
    try {
      await this.readInto(model, "anew");
    } catch (error) {
      model.isDirty = wasDirty;
      throw error;
    }
    this.options.watcher.reverted(uri);
    this.changed(model);
  }

  /** Closes a text as the user does. @returns false if it stays. */
  close(uri: string): Promise<boolean> {
    return this.closeTabs(this.tabs.flatMap((tab) => (tab.uri.toString() === uri ? tab.id : [])));
  }

  /** Closes tabs, and asks about the last one of an unsaved text. */
  async closeTabs(ids: readonly number[]): Promise<boolean> {
    let isAll = true;
    for (const id of ids) isAll = (await this.closeTab(id)) && isAll;
    return isAll;
  }

  /** Runs one of VS Code's own commands. */
  async execute(id: string, args: readonly unknown[]): Promise<unknown> {
    const [first, second] = args;
    switch (id) {
      case "vscode.open":
      case "vscode.openWith":
        return this.show(first as Uri, null, (args.at(-1) as { preview?: boolean } | null) ?? {});
      case "vscode.diff":
        return this.show(second as Uri, first as Uri, {});
      case "workbench.action.files.revert": {
        const tab = this.tabs.find((one) => one.id === this.active);
        return tab === undefined ? undefined : this.revert(tab.uri.toString());
      }
      default:
        return undefined;
    }
  }

  /** Shows a document in front, after reading it. */
  async show(uri: Uri, original: Uri | null, { preview = false }): Promise<void> {
    const isOf = (tab: ShownTab): boolean =>
      tab.uri.toString() === uri.toString() && tab.original?.toString() === original?.toString();
    const shown = this.tabs.find(isOf);
    if (shown === undefined) {
      const replaced = preview ? this.tabs.find((tab) => tab.isPreview) : undefined;
      const kind = original === null ? "text" : "diff";
      const isPreview = preview && this.models.get(uri.toString())?.isDirty !== true;
      const tab: ShownTab = { id: ++this.lastTab, kind, uri, original, isPreview };
      this.tabs.push(tab);
      this.active = tab.id;
      if (replaced !== undefined) this.remove(replaced);
    } else this.active = shown.id;
    this.tell();
    if (original !== null) await this.resolve(original);
    await this.resolve(uri);
  }

  /** Reads the clean texts of changed files again. */
  filesChanged(changes: readonly { readonly type: number; readonly uri: Uri }[]): void {
    for (const { type, uri } of changes) {
      const model = this.models.get(uri.toString());
      if (type === 1 && model !== undefined) void this.reload(model);
    }
  }

  /** Reads the texts of a scheme again, because its provider is there now. */
  registered(scheme: string): void {
    for (const model of this.models.values()) {
      if (model.uri.scheme === scheme) void this.reload(model);
    }
  }

  private async closeTab(id: number): Promise<boolean> {
    const tab = this.tabs.find((one) => one.id === id);
    if (tab === undefined) return true;
    const uri = tab.uri.toString();
    const isLast = this.tabs.every((one) => one === tab || one.uri.toString() !== uri);
    const model = this.models.get(uri);
    if (model?.isDirty === true && isLast) {
      const answer = this.user.close(uri);
      if (answer === "cancel") return false;
      if (answer === "save" && !(await this.save(uri, "user"))) return false;
      if (answer === "don't save") {
        await this.revert(uri).catch(() => {
          model.markSaved(model.id);
          this.options.watcher.reverted(uri);
          this.changed(model);
        });
      }
      // The user may have typed more meanwhile.
      if (this.models.get(uri)?.isDirty === true) return false;
    }
    this.remove(tab);
    this.tell();
    return true;
  }

  private remove(tab: ShownTab): void {
    const place = this.tabs.indexOf(tab);
    if (place < 0) return;
    this.tabs.splice(place, 1);
    if (this.active === tab.id) {
      this.active = (this.tabs[place] ?? this.tabs[place - 1])?.id ?? 0;
      const next = this.tabs.find(({ id }) => id === this.active);
      if (next !== undefined) void this.resolve(next.uri);
    }
    this.tell();
    for (const uri of [tab.uri, tab.original].flatMap((one) => one?.toString() ?? [])) {
      const isShown = this.tabs.some((one) =>
        [one.uri, one.original].some((other) => other?.toString() === uri),
      );
      if (!isShown) this.dispose(uri);
    }
  }

  private dispose(uri: string): void {
    const model = this.models.get(uri);
    if (model === undefined) return;
    model.isClosed = true;
    this.models.delete(uri);
    const { host } = this;
    const watch = this.watches.get(uri);
    this.watches.delete(uri);
    host?.close(model);
    if (watch !== undefined) {
      host?.post(() => {
        watch.dispose();
      });
    }
  }

  /** Ensures that there is a model for what is shown. Only the tab shows a failure. */
  private async resolve(uri: Uri): Promise<void> {
    const key = uri.toString();
    const model = this.models.get(key);
    if (model !== undefined) {
      await this.reload(model);
      return;
    }
    const running = this.loading.get(key) ?? this.load(uri).catch(() => undefined);
    this.loading.set(key, running);
    await running;
    this.loading.delete(key);
  }

  private async load(uri: Uri): Promise<void> {
    const { host } = this;
    if (host === null) return;
    const content = host.contents.get(uri.scheme);
    const read =
      content === undefined
        ? await readThrough(host, uri, null)
        : { text: await host.call(() => content.provideTextDocumentContent(uri)), stat: null };
    if (read === null || this.host !== host || this.models.has(uri.toString())) return;
    const isShown = this.tabs.some((tab) =>
      [tab.uri, tab.original].some((one) => one?.toString() === uri.toString()),
    );
    if (!isShown) return;
    const model = TextModel.of(uri, read.text, read.stat);
    this.models.set(uri.toString(), model);
    host.open(model);
    if (content === undefined) this.watch(model);
    this.options.watcher.changed(uri.toString(), model.text, false);
  }

  private watch({ uri }: TextModel): void {
    const { host } = this;
    host?.post(() => {
      const watch = host.providers.get(uri.scheme)?.watch(uri, { recursive: false });
      if (watch !== undefined) this.watches.set(uri.toString(), watch);
    });
  }

  /** Reads an unedited text again in the background. */
  private async reload(model: TextModel): Promise<void> {
    if (model.isDirty) return;
    try {
      if (await this.readInto(model, "when changed")) this.changed(model);
    } catch {
      // The text stays as it is shown.
    }
  }

  /** @returns false if nothing was read, or the text was edited meanwhile. */
  private async readInto(model: TextModel, how: "anew" | "when changed"): Promise<boolean> {
    const { host } = this;
    if (host === null) throw new Error("Canceled");
    const { id } = model;
    if (host.contents.has(model.uri.scheme)) return false;
    const read = await readThrough(host, model.uri, how === "anew" ? null : model.stat);
    if (read === null || model.isDirty || model.id !== id || model.isClosed) return false;
    model.told(read.stat);
    model.reload(read.text);
    return true;
  }

  /** Notes that a text changed, or that it is saved or unsaved now. */
  changed(model: TextModel): void {
    // A tab with unsaved text is not replaced by another one.
    const isOf = ({ uri }: ShownTab): boolean => uri.toString() === model.uri.toString();
    if (model.isDirty) for (const tab of this.tabs.filter(isOf)) tab.isPreview = false;
    this.options.watcher.changed(model.uri.toString(), model.text, model.isDirty);
    this.host?.change(model);
    this.tell();
  }

  /** Tells the extension host which tabs changed. */
  private tell(): void {
    const change = tabChange(this.told, this.tabStates);
    if (change === null) return;
    this.told = change.all;
    this.host?.show(change);
  }
}
