// Serves as `npm start` does, by a process with a child in a session of its own.
import { spawn } from "node:child_process";
import { endTogether } from "../../scripts/endTogether.mjs";

const asked = endTogether();
const stubborn = `for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => 0);
  setInterval(() => 0, 1000);`;
const server = `${stubborn}
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { detached: true });
  console.log(JSON.stringify([process.ppid, process.pid, child.pid]));`;
spawn(process.execPath, ["-e", server], { detached: true, stdio: ["ignore", "inherit", "ignore"] });
await asked;
process.exit();
