// @ts-nocheck: a CommonJS script that Node loads as it is.
/* global __filename, setImmediate, WebAssembly */
/**
 * Loaded before everything else (`node --require`), this module lets a test look into the memory of
 * an extension host and its worker threads. Each thread has a socket in the folder that
 * CAGE_MEMORY_PROBE names. The test never tells it what it looks for: that would be found.
 */
const inspector = require("node:inspector");
const { createServer } = require("node:net");
const { closeSync, openSync, writeSync } = require("node:fs");
const { join } = require("node:path");
const v8 = require("node:v8");
const { isAnyArrayBuffer } = require("node:util/types");
const threads = require("node:worker_threads");
const { syncBuiltinESMExports } = require("node:module");

const { Worker, isMainThread, threadId, workerData } = threads;
const ofWorker = "cage-memory-probe";
const folder = isMainThread ? process.env["CAGE_MEMORY_PROBE"] : workerData?.[ofWorker];

if (folder !== undefined && isMainThread && process.argv.includes("--type=extensionHost")) {
  serve(folder);
  threads.Worker = class extends Worker {
    constructor(file, options) {
      const isCage = options?.name === "cage";
      const execArgv = ["--require", __filename];
      super(file, isCage ? { ...options, execArgv, workerData: { [ofWorker]: folder } } : options);
      // The test looks at what an idle worker leaves behind, so the worker must not end.
      if (isCage) this.terminate = () => Promise.resolve(0);
    }
  };
  syncBuiltinESMExports();
} else if (folder !== undefined && !isMainThread) serve(folder);

/** @param {string} folder */
function serve(folder) {
  // A snapshot would cut longer strings.
  v8.setFlagsFromString("--heap-snapshot-string-limit=100000000");
  const session = new inspector.Session();
  session.connect();
  const looks = {
    strings: (file) => v8.writeHeapSnapshot(file),
    bytes: (file) => writeBytes(session, file),
  };
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    connection.once("data", (data) => {
      const { look, file } = JSON.parse(data.toString());
      // Values that live for only a turn of the event loop must be gone first.
      setImmediate(() => setImmediate(() => connection.end(JSON.stringify(looks[look](file)))));
    });
  });
  server.listen(join(folder, `${process.pid}-${threadId}.sock`));
  server.unref();
}

/** Writes the bytes of every reachable buffer, and of every WebAssembly memory. */
function writeBytes(session, file) {
  const objectGroup = ofWorker;
  const { result: prototype } = result(session, "Runtime.evaluate", {
    ...{ expression: "Object.prototype", objectGroup },
  });
  // The call collects garbage until none is left.
  const { objects } = result(session, "Runtime.queryObjects", {
    ...{ prototypeObjectId: prototype.objectId, objectGroup },
  });
  const buffers = new Set();
  globalThis[ofWorker] = (found) => {
    for (const one of found) {
      if (ArrayBuffer.isView(one) || one instanceof WebAssembly.Memory) buffers.add(one.buffer);
      else if (isAnyArrayBuffer(one)) buffers.add(one);
    }
  };
  result(session, "Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: `function () { globalThis[${JSON.stringify(ofWorker)}](this); }`,
  });
  result(session, "Runtime.releaseObjectGroup", { objectGroup });
  delete globalThis[ofWorker];
  const out = openSync(file, "w");
  const sizes = [];
  for (const buffer of buffers) {
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length;) at += writeSync(out, bytes, at);
    sizes.push(bytes.length);
  }
  closeSync(out);
  return sizes;
}

/** Asks the inspector of this thread, which answers at once. */
function result(session, method, parameters) {
  let answer = null;
  session.post(method, parameters, (error, value) => {
    if (error) throw Object.assign(new Error(`${method} failed`), error);
    answer = value;
  });
  if (answer === null) throw new Error(`${method} gave no answer`);
  return answer;
}
