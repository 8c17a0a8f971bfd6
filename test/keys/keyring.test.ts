import { describe, expect, it, vi } from "vitest";

import { copyOf } from "../../src/age/bytes";
import { X25519Identity } from "../../src/age/x25519";
import { type Clock, Keyring } from "../../src/keys/keyring";

vi.mock(import("../../src/age/bytes"), async (original) => {
  const bytes = await original();
  return { ...bytes, copyOf: vi.fn(bytes.copyOf) };
});

const minute = 60_000;

/** Time that passes only by `pass`, or, with the machine asleep, by `sleep`: then timers wait. */
class FakeClock implements Clock {
  private time = 1_000_000;
  private timers: { callback: () => void; left: number }[] = [];

  now(): number {
    return this.time;
  }

  setTimer(callback: () => void, milliseconds: number): () => void {
    if (milliseconds > 2 ** 31 - 1) throw new Error("Node would call back at once");
    const timer = { callback, left: milliseconds };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  pass(milliseconds: number): void {
    let rest = milliseconds;
    for (;;) {
      const next = this.timers.toSorted((a, b) => a.left - b.left)[0];
      if (next === undefined || next.left > rest) break;
      rest -= next.left;
      this.advance(next.left);
      this.timers = this.timers.filter((each) => each !== next);
      next.callback();
    }
    this.advance(rest);
  }

  sleep(milliseconds: number): void {
    this.time += milliseconds;
  }

  get pending(): number {
    return this.timers.length;
  }

  private advance(milliseconds: number): void {
    this.time += milliseconds;
    for (const timer of this.timers) timer.left -= milliseconds;
  }
}

function setUp(afterMinutes: number): { clock: FakeClock; ring: Keyring; heard: string[] } {
  const clock = new FakeClock();
  const ring = new Keyring(clock, afterMinutes);
  const heard: string[] = [];
  ring.onChange((state) => heard.push(state));
  return { clock, ring, heard };
}

const secret = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe("the keyring's passphrases", () => {
  it("are copied in and out, so that nobody wipes another's buffer", () => {
    const { ring } = setUp(0);
    const mine = secret(1, 2, 3);
    ring.rememberPassphrase("/a", mine);
    mine.fill(0);
    const copy = ring.passphraseFor("/a");
    expect(copy).toEqual(secret(1, 2, 3));
    copy?.fill(0);
    expect(ring.passphraseFor("/a")).toEqual(secret(1, 2, 3));
    expect(ring.passphraseFor("/b")).toBeNull();
  });

  type Step = [file: string, passphrase: Uint8Array] | [forgotten: string];
  const cases: [string, readonly Step[], readonly Uint8Array[]][] = [
    ["nothing of an empty ring", [], []],
    ["the file's own", [["/a", secret(1)]], [secret(1)]],
    [
      "the last one of another file",
      [
        ["/b", secret(2)],
        ["/c", secret(3)],
      ],
      [secret(3)],
    ],
    [
      "its own, then the last",
      [
        ["/a", secret(1)],
        ["/b", secret(2)],
      ],
      [secret(1), secret(2)],
    ],
    [
      "equal ones once",
      [
        ["/a", secret(1)],
        ["/b", secret(1)],
      ],
      [secret(1)],
    ],
    [
      "the newest of its own",
      [
        ["/a", secret(1)],
        ["/a", secret(9)],
      ],
      [secret(9)],
    ],
    [
      "the last by success, not by first mention",
      [
        ["/b", secret(2)],
        ["/c", secret(3)],
        ["/b", secret(2)],
      ],
      [secret(2)],
    ],
    ["nothing that was forgotten", [["/a", secret(1)], ["/a"]], []],
    ["the other if one was forgotten", [["/a", secret(1)], ["/b", secret(2)], ["/b"]], [secret(1)]],
  ];
  it.each(cases)("offer %s", (_, steps, expected) => {
    const { ring } = setUp(0);
    for (const [file, passphrase] of steps) {
      if (passphrase === undefined) ring.forgetPassphrase(file);
      else ring.rememberPassphrase(file, passphrase);
    }
    expect(ring.passphrasesToTry("/a")).toEqual(expected);
  });

  const endings: [title: string, end: (ring: Keyring) => void][] = [
    [
      "a lock",
      (ring) => {
        ring.lock();
      },
    ],
    [
      "forgetting it",
      (ring) => {
        ring.forgetPassphrase("/a");
      },
    ],
    [
      "a newer one",
      (ring) => {
        ring.rememberPassphrase("/a", secret(9));
      },
    ],
  ];
  it.each(endings)("%s zeroes the passphrase itself", (_, end) => {
    const { ring } = setUp(0);
    // As a Buffer, whose own slice would be the same memory and no copy.
    const passphrase = Buffer.from([1, 2, 3]);
    vi.mocked(copyOf).mockClear();
    ring.rememberPassphrase("/a", passphrase);
    end(ring);
    expect(vi.mocked(copyOf).mock.results[0]?.value).toEqual(secret(0, 0, 0));
    expect(passphrase).toEqual(Buffer.from([1, 2, 3]));
    expect(ring.passphraseFor("/a")).not.toEqual(secret(1, 2, 3));
  });
});

describe("the keyring's identities", () => {
  /** An identity that tells whether it was wiped. */
  function watched(): { identity: X25519Identity; wipes: () => number } {
    const identity = X25519Identity.generate();
    let count = 0;
    const wipe = identity.wipe.bind(identity);
    identity.wipe = () => {
      count++;
      wipe();
    };
    return { identity, wipes: () => count };
  }

  it("are handed out with their path and wiped by a lock", () => {
    const { ring } = setUp(0);
    const [a, b] = [watched(), watched()];
    ring.rememberIdentities("/a", [a.identity]);
    ring.rememberIdentities("/b", [b.identity]);
    expect(ring.identities()).toEqual([
      { path: "/a", identity: a.identity },
      { path: "/b", identity: b.identity },
    ]);
    expect([a.wipes(), b.wipes()]).toEqual([0, 0]);
    ring.lock();
    expect([a.wipes(), b.wipes()]).toEqual([1, 1]);
    expect(ring.identities()).toEqual([]);
  });

  it("are wiped when others take their path", () => {
    const { ring } = setUp(0);
    const [old, kept, fresh] = [watched(), watched(), watched()];
    ring.rememberIdentities("/a", [old.identity, kept.identity]);
    ring.rememberIdentities("/a", [kept.identity, fresh.identity]);
    expect([old, kept, fresh].map((each) => each.wipes())).toEqual([1, 0, 0]);
  });
});

describe("a lock", () => {
  it("is told to every listener until it is removed, also when nothing was unlocked", () => {
    const { ring, heard } = setUp(0);
    const second: string[] = [];
    const remove = ring.onChange((state) => second.push(state));
    ring.unlock();
    ring.unlock();
    ring.lock();
    remove();
    ring.lock();
    expect(heard).toEqual(["unlocked", "locked", "locked"]);
    expect(second).toEqual(["unlocked", "locked"]);
  });

  it("is complete when the listeners hear of it", () => {
    const { ring } = setUp(0);
    const seen: unknown[] = [];
    ring.rememberPassphrase("/a", secret(1));
    ring.onChange(() => seen.push(ring.state, ring.passphraseFor("/a")));
    ring.lock();
    expect(seen).toEqual(["locked", null]);
  });

  it("leaves no timer behind", () => {
    const { ring, clock } = setUp(5);
    ring.unlock();
    ring.touch();
    expect(clock.pending).toBe(1);
    ring.lock();
    expect(clock.pending).toBe(0);
  });
});

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
