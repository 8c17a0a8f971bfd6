import { Documents } from "../../src/documents/documents";
import type { DocumentContext } from "../../src/documents/openDocument";

/** Makes documents that report nothing and whose texts no editor shows. */
export function silentDocuments(context: DocumentContext): Documents {
  return new Documents(
    context,
    () => undefined,
    () => null,
  );
}
