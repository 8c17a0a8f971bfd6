import { expect, it } from "vitest";
import { LockWatch } from "../../src/keys/lockWatch";
import { setUp } from "./kit";

it("tells of a lock during the work, and of none before or after it", () => {
  const { ring } = setUp(30);
  ring.unlock();
  ring.lock();
  const watch = new LockWatch(ring);
  ring.unlock();
  expect(watch.wasLocked()).toBe(false);
  ring.lock();
  ring.unlock();
  expect(watch.wasLocked()).toBe(true);
  const ended = new LockWatch(ring);
  ended.dispose();
  ring.lock();
  expect(ended.wasLocked()).toBe(false);
});

it("a lock that is overdue when the work begins comes before it", () => {
  const { ring, clock, heard } = setUp(30);
  ring.unlock();
  clock.sleep(31 * 60_000);
  const watch = new LockWatch(ring);
  ring.touch();
  expect(heard).toEqual(["unlocked", "locked"]);
  expect(watch.wasLocked()).toBe(false);
});
