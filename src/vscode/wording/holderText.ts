import type { Holder } from "../../age/errors";
import { quoted } from "./foreignText";

/** Names a process that works on a file: "process 12 on laptop, since 3/1/2026, 9:41:00 AM". */
export function holderText({ pid, host, since }: Holder): string {
  const where = host === "" ? "" : ` on ${quoted(host)}`;
  const when = since === null ? "" : `, since ${new Date(since).toLocaleString()}`;
  return `process ${pid}${where}${when}`;
}
