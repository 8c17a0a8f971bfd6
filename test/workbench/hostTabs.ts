import type { TabChange, TabState } from "./tabs";
import { TabInputText, TabInputTextDiff } from "./values";

/** A tab as an extension sees it. */
export class HostTab {
  readonly isPinned = false;
  readonly input: unknown;
  label = "";
  isDirty = false;
  isActive = false;
  isPreview = false;

  constructor(
    readonly id: number,
    readonly uri: string,
    readonly group: object,
    state: TabState,
  ) {
    const { kind, uri: shown, original } = state;
    this.input =
      kind === "diff" && original !== null
        ? new TabInputTextDiff(original, shown)
        : new TabInputText(shown);
    this.take(state);
  }

  take({ label, isDirty, isActive, isPreview }: TabState): void {
    Object.assign(this, { label, isDirty, isActive, isPreview });
  }
}

/** The tabs that an extension host has heard of. */
export class HostTabs {
  all: readonly HostTab[] = [];
  readonly group: object;

  constructor() {
    const tabs = (): readonly HostTab[] => this.all;
    const active = (): HostTab | undefined => this.active;
    this.group = {
      ...{ viewColumn: 1, isActive: true },
      get tabs() {
        return tabs();
      },
      get activeTab() {
        return active();
      },
    };
  }

  get active(): HostTab | undefined {
    return this.all.find(({ isActive }) => isActive);
  }

  /** Records a change. @returns the event for it. */
  tell({ all, opened, closed, changed }: TabChange): object {
    const old = new Map(this.all.map((tab) => [tab.id, tab]));
    const gone = this.all.filter(({ id }) => closed.includes(id));
    this.all = all.map((state) => {
      const tab =
        old.get(state.id) ?? new HostTab(state.id, state.uri.toString(), this.group, state);
      tab.take(state);
      return tab;
    });
    const of = (ids: readonly number[]): readonly HostTab[] =>
      this.all.filter(({ id }) => ids.includes(id));
    return { opened: of(opened), closed: gone, changed: of(changed) };
  }
}
