import { Emitter } from "../workbench/emitter";
import { enter, user, type Row, type Shown } from "./fakeUser";

type Button = string | { readonly title: string };

/** Shows messages of a kind. A modal one is a question; another one may go unanswered. */
export function press(kind: Shown["kind"]) {
  return async (message: string, ...more: readonly (Button | { modal?: boolean })[]) => {
    const [options] = more;
    const isModal = typeof options === "object" && "modal" in options;
    const detail = isModal && "detail" in options ? String(options.detail) : "";
    const labelOf = (one: (typeof more)[number]): string =>
      typeof one === "string" ? one : "title" in one ? one.title : "";
    const buttons = more.filter((one) => labelOf(one) !== "");
    const labels = buttons.map(labelOf);
    user.see(
      ...([kind, message, detail] as const),
      labels.map((label) => ({ label })),
    );
    if (!isModal && !user.wants(labels)) return undefined;
    const answer = await user.answer(message);
    if (answer === enter) return buttons[0];
    return typeof answer === "string" ? user.choose(buttons, labelOf, answer) : undefined;
  };
}

interface ListOptions {
  readonly title?: string;
  readonly placeHolder?: string;
  readonly canPickMany?: boolean;
}

/** Shows a list. A row that is a text is a label. */
export async function askList<T extends Row | string>(
  items: readonly T[] | PromiseLike<readonly T[]>,
  { title = "", placeHolder, canPickMany = false }: ListOptions = {},
): Promise<T | readonly T[] | undefined> {
  const rows = await items;
  const labelOf = (row: T): string => (typeof row === "string" ? row : row.label);
  user.see(
    "pick",
    title,
    placeHolder,
    rows.map((row) => ({ label: labelOf(row), ...rowOf(row) })),
  );
  const answer = await user.answer(title);
  if (answer === undefined) return undefined;
  if (answer === enter) return canPickMany ? rows : rows[0];
  const chosen = [answer].flat().map((one) => user.choose(rows, labelOf, one));
  return canPickMany ? chosen : chosen[0];
}

function rowOf(row: Row | string): object {
  return typeof row === "string" ? {} : row;
}

interface BoxOptions {
  readonly title?: string;
  readonly prompt?: string;
  readonly value?: string;
  readonly validateInput?: (value: string) => unknown;
}

/** Shows an input box until something is typed that it takes; advice does not keep it open. */
export async function askInput(options: BoxOptions): Promise<string | undefined> {
  const { title = "", prompt, value = "", validateInput } = options;
  user.see("input", title, prompt);
  for (;;) {
    const answer = await user.answer(title);
    if (answer === undefined) return undefined;
    const typed = answer === enter ? value : String(answer);
    const why: unknown = validateInput?.(typed) ?? null;
    if (typeof why !== "string") return typed;
    user.refused.push([typed, why]);
  }
}

/** Asks for paths, as a dialog for files does. */
export async function paths(title: string): Promise<readonly string[] | undefined> {
  const answer = await user.answer(title);
  return answer === undefined || answer === enter ? undefined : [answer].flat();
}

/** A list that is filled after it shows: the user answers once it is busy no more. */
export class FakeQuickPick {
  title = "";
  placeholder = "";
  items: readonly Row[] = [];
  activeItems: readonly Row[] = [];
  private readonly accepted = new Emitter();
  private readonly hidden = new Emitter();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly show = (): void => undefined;
  readonly dispose = (): void => undefined;

  set busy(isBusy: boolean) {
    if (!isBusy) void this.ask();
  }

  private async ask(): Promise<void> {
    user.see("pick", this.title, this.placeholder, this.items);
    const answer = await user.answer(this.title).catch(() => undefined);
    if (typeof answer === "string") {
      this.activeItems = [user.choose(this.items, ({ label }) => label, answer)];
    }
    if (answer === undefined) this.hidden.fire();
    else this.accepted.fire();
  }
}
