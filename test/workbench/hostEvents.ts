import { Emitter } from "./emitter";

/** The events that an extension host fires for an extension. */
export class HostEvents {
  readonly opened = new Emitter();
  readonly changed = new Emitter();
  readonly willSave = new Emitter();
  readonly saved = new Emitter();
  readonly closed = new Emitter();
  readonly tabs = new Emitter();
  readonly activeEditor = new Emitter();
}
