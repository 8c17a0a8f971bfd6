/** The input of a tab, from which the classes of a fake window inherit. */
export class Input {
  readonly isInput = true;

  constructor(fields: object) {
    Object.assign(this, fields);
  }
}

/** The tabs of a test, in place of VS Code's. */
interface Held<Tab> {
  tabs: readonly Tab[];
}

/**
 * Makes the tab groups of a fake window: one group, whose tabs close at once, but for those with
 * `isStuck`.
 */
export function fakeTabGroups<Tab extends object>(held: Held<Tab>) {
  return {
    get all() {
      return [{ tabs: held.tabs }];
    },
    close: (closed: readonly Tab[]): Promise<boolean> => {
      held.tabs = held.tabs.filter((tab) => !closed.includes(tab) || "isStuck" in tab);
      return Promise.resolve(true);
    },
  };
}
