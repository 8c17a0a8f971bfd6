import { createRequire } from "node:module";

type Fs = typeof import("node:fs");

// The module object itself; a namespace import would be a copy of it.
const fs = createRequire(__filename)("node:fs") as { -readonly [K in keyof Fs]: Fs[K] };
let writes = 0;
const { writev, writevSync } = fs;
fs.writevSync = (...args) => {
  die();
  return writevSync(...args);
};
fs.writev = ((...args: Parameters<typeof writev>) => {
  die();
  writev(...args);
}) as typeof writev;

function die(): void {
  if (++writes === 2) process.exit(1);
}
