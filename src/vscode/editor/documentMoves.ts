/**
 * The documents that follow their encrypted files to new names. VS Code moves a document itself,
 * with its tabs and its unsaved text, if the new name is free and the old one can be moved there.
 * The file has already moved by then, so Cage pretends both.
 */
export class DocumentMoves {
  /** The old paths by the new ones. */
  private readonly due = new Map<string, string>();
  /** The old paths by the new ones, of moves that Undo may take back. */
  private readonly done = new Map<string, string>();

  /** Expects VS Code to move a document. */
  expect(from: string, to: string): void {
    this.due.set(to, from);
  }

  /** Ends the expectation: VS Code has moved the document, or could not. */
  end(to: string): void {
    this.due.delete(to);
  }

  /** Tells whether VS Code is moving a document to a file, whose name must look free. */
  isAwaited(path: string): boolean {
    return this.due.has(path);
  }

  /** Takes a move by VS Code. @returns true if the file has moved already. */
  take(from: string, to: string): boolean {
    if (this.due.get(to) !== from) return false;
    this.due.delete(to);
    this.done.set(to, from);
    return true;
  }

  /** Notes a move on the disk. @returns true if it takes an earlier one back, as Undo does. */
  note(from: string, to: string): boolean {
    if (this.done.get(from) === to) return this.done.delete(from);
    this.done.set(to, from);
    return false;
  }
}
