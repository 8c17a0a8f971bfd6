import { describe, expect, it } from "vitest";
import type { Keyring } from "../../src/keys/keyring";
import { minute, secret, setUp, type FakeClock } from "./kit";

describe("the idle time", () => {
  type Action = (ring: Keyring, clock: FakeClock) => void;
  const pass =
    (minutes: number): Action =>
    (_, clock) => {
      clock.pass(minutes * minute);
    };
  const sleep =
    (minutes: number): Action =>
    (_, clock) => {
      clock.sleep(minutes * minute);
    };
  const set =
    (minutes: number): Action =>
    (_, clock) => {
      clock.set(minutes * minute);
    };
  const day = 24 * 60;
  const limit =
    (minutes: number): Action =>
    (ring) => {
      ring.setLimit(minutes);
    };
  const unlock: Action = (ring) => {
    ring.unlock();
  };
  const touch: Action = (ring) => {
    ring.touch();
  };
  const read: Action = (ring) => {
    ring.passphraseFor("/a");
    ring.passphrasesToTry("/a");
    ring.identities();
  };
  const rememberInBackground: Action = (ring) => {
    ring.rememberPassphrase("/a", secret(1), "in the background");
  };
  const remember: Action = (ring) => {
    ring.rememberPassphrase("/a", secret(1));
  };

  const cases: [string, afterMinutes: number, readonly Action[], "locked" | "unlocked"][] = [
    ["has not begun at first", 5, [], "locked"],
    ["runs out", 5, [unlock, pass(5)], "locked"],
    ["does not run out early", 5, [unlock, pass(4.99)], "unlocked"],
    ["starts anew with a touch", 5, [unlock, pass(4), touch, pass(4)], "unlocked"],
    ["starts anew with a new key", 5, [unlock, pass(4), remember, pass(4)], "unlocked"],
    ["runs out after a touch", 5, [unlock, pass(4), touch, pass(5)], "locked"],
    ["is not stopped by reading", 5, [remember, pass(4), read, pass(1)], "locked"],
    ["is not begun by a touch", 5, [touch, pass(1)], "locked"],
    ["is not begun by a touch after a lock", 5, [unlock, pass(5), touch], "locked"],
    ["of 0 minutes never runs out", 0, [unlock, pass(1e6)], "unlocked"],
    ["that makes no sense never runs out", NaN, [unlock, pass(1e6)], "unlocked"],
    ["of months does not run out at once", 100_000, [unlock, pass(99_999)], "unlocked"],
    ["of months runs out", 100_000, [unlock, pass(100_000)], "locked"],
    ["can be shortened", 60, [unlock, pass(4), limit(5), pass(1)], "locked"],
    ["can be shortened to what has passed", 60, [unlock, pass(4), limit(3)], "locked"],
    ["can be lengthened", 5, [unlock, pass(4), limit(60), pass(55)], "unlocked"],
    ["can be lengthened and runs out", 5, [unlock, pass(4), limit(60), pass(56)], "locked"],
    ["can be switched off", 5, [unlock, limit(0), pass(1e6)], "unlocked"],
    ["can be switched on", 0, [unlock, pass(4), limit(5), pass(1)], "locked"],
    ["counts the machine's sleep", 5, [unlock, sleep(60)], "locked"],
    ["runs out though the clock was set back", 5, [unlock, set(-day), pass(5)], "locked"],
    [
      "counts what passed before the clock was set",
      5,
      [unlock, pass(4), set(-day), pass(1)],
      "locked",
    ],
    ["does not run out early then", 5, [unlock, set(-day), pass(4.99)], "unlocked"],
    ["starts anew with a touch then", 5, [unlock, set(-day), pass(4), touch, pass(4)], "unlocked"],
    ["runs out when the clock is set forward", 5, [unlock, set(day)], "locked"],
    ["is not saved by a new limit then", 5, [unlock, pass(4), set(-day), limit(3)], "locked"],
    [
      "goes on with a key of a background read",
      5,
      [unlock, pass(4), rememberInBackground, pass(1)],
      "locked",
    ],
    ["is not begun by a background read", 5, [rememberInBackground, pass(1)], "locked"],
    ["is not saved by a touch after a sleep", 5, [unlock, sleep(60), touch], "locked"],
    ["is not saved by a new limit after a sleep", 5, [unlock, sleep(60), limit(90)], "locked"],
  ];
  it.each(cases)("%s", (_, afterMinutes, actions, expected) => {
    const { ring, clock } = setUp(afterMinutes);
    for (const act of actions) act(ring, clock);
    expect(ring.state).toBe(expected);
  });

  it("wipes and tells the listeners when it runs out, with nobody asking", () => {
    const { ring, clock, heard } = setUp(5);
    ring.rememberPassphrase("/a", secret(1));
    clock.pass(5 * minute);
    expect(heard).toEqual(["unlocked", "locked"]);
    expect(ring.passphraseFor("/a")).toBeNull();
  });

  it.each([-24 * 60, 0])(
    "tells them in time, with nobody asking, the clock set by %d minutes",
    (by) => {
      const { ring, clock, heard } = setUp(5);
      ring.rememberPassphrase("/a", secret(1));
      clock.set(by * minute);
      clock.pass(5 * minute - 1);
      expect(heard).toEqual(["unlocked"]);
      clock.pass(1);
      expect(heard).toEqual(["unlocked", "locked"]);
    },
  );

  it("remembers nothing for a background read while it is locked", () => {
    const { ring, heard } = setUp(5);
    ring.rememberPassphrase("/a", secret(1), "in the background");
    expect([ring.state, ring.passphraseFor("/a"), heard]).toEqual(["locked", null, []]);
  });

  it("keeps a key that is remembered just after the ring was overdue", () => {
    const { ring, clock, heard } = setUp(5);
    ring.rememberPassphrase("/old", secret(1));
    clock.sleep(60 * minute);
    ring.rememberPassphrase("/a", secret(2));
    expect(heard).toEqual(["unlocked", "locked", "unlocked"]);
    expect(ring.passphraseFor("/old")).toBeNull();
    expect(ring.passphraseFor("/a")).toEqual(secret(2));
  });
});
