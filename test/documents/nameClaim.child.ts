// A process that claims a name, for test/documents/disk/nameClaim.test.ts. It dies with the claim,
// or it enters again and again and fails if another process is inside.
import { closeSync, openSync, unlinkSync } from "node:fs";
import { claimName } from "../../src/documents/disk/nameClaim";

const [what = "", target = ""] = process.argv.slice(2);

async function enter(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const release = await claimName(target);
    const inside = `${target}.inside`;
    closeSync(openSync(inside, "wx"));
    unlinkSync(inside);
    await release();
  }
  process.exit(0);
}

async function die(): Promise<void> {
  await claimName(target);
  process.kill(process.pid, "SIGKILL");
}

void (what === "die" ? die() : enter());
