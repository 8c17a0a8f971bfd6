import { extname } from "node:path/posix";
import { Position, Range, type Uri } from "./values";

/** A text as an extension sees it. */
export class HostDocument {
  readonly encoding = "utf8";
  readonly eol = 1;
  readonly languageId: string;
  version = 1;
  isClosed = false;

  constructor(
    readonly uri: Uri,
    public text: string,
    public isDirty: boolean,
    readonly save: () => Promise<boolean>,
  ) {
    this.languageId = extname(uri.path).slice(1) || "plaintext";
  }

  take(text: string, isDirty: boolean): void {
    this.text = text;
    this.isDirty = isDirty;
    this.version++;
  }

  getText(): string {
    return this.text;
  }

  get lineCount(): number {
    return this.text.split("\n").length;
  }

  lineAt(line: number): { readonly range: Range } {
    const length = this.text.split("\n")[line]?.length ?? 0;
    return { range: new Range(new Position(line, 0), new Position(line, length)) };
  }
}
