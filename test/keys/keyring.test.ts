import { describe, expect, it, vi } from "vitest";

import { copyOf } from "../../src/age/bytes";
import { X25519Identity } from "../../src/age/x25519";
import type { Keyring } from "../../src/keys/keyring";
import { secret, setUp } from "./kit";

vi.mock(import("../../src/age/bytes"), async (original) => {
  const bytes = await original();
  return { ...bytes, copyOf: vi.fn(bytes.copyOf) };
});

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
    // It is a Buffer, whose own `slice` shares memory instead of copying.
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
  /** Makes an identity that counts its wipes. */
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
