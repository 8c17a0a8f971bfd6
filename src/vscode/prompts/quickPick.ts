import * as vscode from "vscode";

/** A list to choose from, and its item that has the focus at first. */
export interface Choices<T extends vscode.QuickPickItem> {
  readonly items: readonly T[];
  readonly active: T | undefined;
}

/**
 * Asks for one item of a list that may take a moment to make. VS Code's own showQuickPick always
 * puts the focus on the first item.
 *
 * @returns null if dismissed.
 * @throws what making the list throws.
 */
export async function chooseFrom<T extends vscode.QuickPickItem>(
  title: string,
  placeholder: string,
  making: Promise<Choices<T>>,
): Promise<T | null> {
  const list = vscode.window.createQuickPick<T>();
  list.title = title;
  list.placeholder = placeholder;
  list.matchOnDetail = true;
  list.busy = true;
  const answer = new Promise<T | null>((resolve) => {
    list.onDidAccept(() => {
      const [item] = list.activeItems;
      if (item !== undefined) resolve(item);
    });
    list.onDidHide(() => {
      resolve(null);
    });
  });
  list.show();
  try {
    const { items, active } = await making;
    list.items = items;
    if (active !== undefined) list.activeItems = [active];
    list.busy = false;
    return await answer;
  } finally {
    list.dispose();
  }
}
