import { describe, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { AgeError } from "../../../src/age/errors";
import { scheme } from "../../../src/vscode/uris";
import { close, fake, offering, settled } from "../draftOffersKit";

describe("a draft of the document that opens", () => {
  it("is put over it as an edit, zeroed, and dropped once this window has its own", async () => {
    const { log, look, content } = offering();
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["make", "discard"]]);
    expect(fake.messages).toEqual([
      [
        "The unsaved text of a from T is back. Save to keep it; undo shows the file as it is.",
        ...["Compare", "Discard"],
      ],
    ]);
    expect([...content]).toEqual([0, 0, 0, 0, 0]);
  });

  it("stays until this window has its own", async () => {
    const { log, look } = offering({ isOwnKept: false });
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["make"]]);
  });

  it("waits without a word until VS Code has read the document", async () => {
    const { log, look } = offering();
    fake.isUnread = true;
    await look();
    expect([fake.messages, fake.edits, log]).toEqual([[], [], []]);
    fake.isUnread = false;
    await look();
    expect(fake.edits).toEqual(["typed"]);
  });

  it("is not put over a document that may not be edited", async () => {
    const { log, look } = offering({ isReadOnly: true });
    await look();
    expect(fake.messages[0]?.slice(1)).toEqual(["Compare", "Put It Here", "Discard Draft"]);
    expect([fake.edits, log]).toEqual([[], []]);
  });

  it.each([
    ["utf8", [0xe9]],
    ["utf16le", [0x00, 0xd8]],
  ])("is not put over a document in %s that would lose its characters", async (encoding, bytes) => {
    const { log, look } = offering({ bytes: Uint8Array.from(bytes), encoding });
    await look();
    expect(fake.messages[0]?.[0]).toContain(` from T is not in ${encoding}, the encoding in which`);
    expect(fake.messages[0]?.slice(1)).toEqual(["Put It Here", "Discard Draft"]);
    expect([fake.edits, log]).toEqual([[], []]);
  });

  it.each([
    ["utf8", [0xef, 0xbf, 0xbd]],
    ["utf16le", [0xfd, 0xff]],
  ])("is put over a document in %s though it has the sign for a lost one", async (...at) => {
    const [encoding, bytes] = at;
    await offering({ bytes: Uint8Array.from(bytes), encoding }).look();
    expect(fake.edits).toEqual(["\ufffd"]);
  });

  it("of an earlier version has the save ask", async () => {
    const { log, look } = offering({ draftBase: "22" });
    await look();
    expect(log[0]).toBe("rebase 22");
    expect(fake.messages[0]?.[0]).toContain("The file was changed since");
  });

  it("that says what the file says goes without a word", async () => {
    const { log, look } = offering({ text: "file" });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], ["discard"]]);
  });

  it("that says what the file says goes, too, if the extension host was started again", async () => {
    const { log, look } = offering({ text: "file", isUnread: "by this host" });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], ["discard"]]);
  });

  it("is put over it if the extension host was started again", async () => {
    const { log, look } = offering({ isUnread: "by this host" });
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["make", "discard"]]);
  });

  it("stays where it is if a lock has come", async () => {
    const { log, look } = offering({ isUnread: "since a lock" });
    await look();
    expect([fake.edits, log]).toEqual([[], []]);
  });

  it("that is given up meanwhile is not put over it", async () => {
    const { log, look } = offering({ isGivenUpMeanwhile: true });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], []]);
  });

  it("stays without a word if the document is closed meanwhile", async () => {
    const { log, look } = offering({ isClosedMeanwhile: true });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], []]);
  });

  it.each<[string, AgeError, string, string[]]>([
    ["locked", new AgeError("locked", "x"), "is locked", ["Unlock", "Discard Draft"]],
    [
      "changed by somebody",
      new AgeError("invalid-draft", "it is not the draft that it says"),
      "can't be opened: it is not the draft that it says",
      ["Discard Draft"],
    ],
  ])("that is %s is told of, and stays", async (_, failure, text, buttons) => {
    const { log, look } = offering({ failure });
    await look();
    expect(fake.messages).toHaveLength(1);
    expect(fake.messages[0]?.[0]).toContain(text);
    expect(fake.messages[0]?.slice(1)).toEqual(buttons);
    expect([fake.edits, log]).toEqual([[], []]);
  });
});

describe("an older draft of another window that is gone", () => {
  it("goes where it holds what was put back: that window was killed as it did so itself", async () => {
    const { log, look } = offering({ olderText: "typed" });
    await look();
    await settled();
    expect([fake.edits, fake.messages.length]).toEqual([["typed"], 1]);
    expect(log.filter((what) => what.startsWith("discard"))).toEqual(["discard", "discard older"]);
  });

  it("goes where it holds what the restarted host's own draft does", async () => {
    const { log, look } = offering({
      ...{ unsaved: "typed", of: "this window", olderText: "typed" },
    });
    await look();
    expect([fake.messages, log]).toEqual([[], ["make", "discard older"]]);
  });

  it("is told of where it holds another text", async () => {
    const { log, look } = offering({ olderText: "an older one" });
    await look();
    await settled();
    expect(fake.edits).toEqual(["typed"]);
    expect(fake.messages[1]?.[0]).toContain("There is other unsaved text of a from T");
    expect(log).not.toContain("discard older");
  });

  it("is put back where the newest holds what the file does", async () => {
    const { log, look } = offering({ text: "file", olderText: "an older one" });
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["an older one"], ["discard", "make", "discard older"]]);
  });
});

describe("a draft of the version that opens, made when the file had another name", () => {
  it("is put over it, and says so; it stays, since the other file may only be away", async () => {
    const { log, look, keeperChanges } = offering({ formerPath: "/w/old.age" });
    await look();
    await settled();
    expect([fake.edits, log]).toEqual([["typed"], ["make"]]);
    expect(fake.messages[0]?.[0]).toContain("when it was /w/old.age, is back");
    Object.assign(fake.texts[0] ?? {}, { isDirty: false });
    keeperChanges();
    expect(log).toEqual(["make"]);
  });

  it("goes once its text is saved here", async () => {
    const { log, look, save, keeperChanges } = offering({ formerPath: "/w/old.age" });
    await look();
    await settled();
    save();
    keeperChanges();
    expect(log).toEqual(["make", "discard"]);
  });

  it("goes when the user discards it", async () => {
    const { log, look } = offering({ formerPath: "/w/old.age" });
    fake.answer = "Discard";
    await look();
    await settled();
    expect(log).toEqual(["make", "discard"]);
  });

  it("is put over one document, not over each of that version", async () => {
    const { log, look } = offering({ formerPath: "/w/old.age" });
    await look();
    Object.assign(fake.texts[0] ?? {}, {
      ...{ uri: Uri.from({ scheme, path: "/w/b.age/b" }), isDirty: false },
    });
    await look("/w/b.age");
    expect([fake.edits, log]).toEqual([["typed"], ["make"]]);
  });

  it("is left alone where the version is another one", async () => {
    const { log, look } = offering({ formerPath: "/w/old.age", draftBase: "22" });
    await look();
    expect([fake.edits, fake.messages, log]).toEqual([[], [], []]);
  });
});

describe("a draft beside unsaved text", () => {
  it("is told of, and put there only when the user says so", async () => {
    const { log, look } = offering({ unsaved: "other" });
    await look();
    expect(fake.edits).toEqual([]);
    expect(fake.messages[0]?.slice(1)).toEqual(["Compare", "Put It Here", "Discard Draft"]);
    expect(log).toEqual(["make"]);
  });

  it("goes where both are the same, since the extension host was started again", async () => {
    const { log, look } = offering({ unsaved: "typed" });
    await look();
    expect([fake.messages, log]).toEqual([[], ["make", "discard"]]);
  });

  it("of this window is its own", async () => {
    const { log, look } = offering({ unsaved: "other", of: "this window" });
    await look();
    expect([fake.messages, log]).toEqual([[], []]);
  });
});

it("a document that was closed since its draft was told of opens for it", async () => {
  const { look } = offering({ isReadOnly: true });
  fake.answer = new Promise((answer) => {
    setImmediate(() => {
      close();
      answer("Put It Here");
    });
  });
  await look();
  await settled();
  await settled();
  expect([fake.texts.length, fake.edits.length]).toEqual([1, 1]);
});

it("a draft of a window that is gone is put back beside a newer one of a window that lives", async () => {
  vi.useFakeTimers();
  try {
    const { log, look } = offering({ isAlsoElsewhere: true });
    const looked = look();
    await vi.advanceTimersByTimeAsync(10_000);
    await looked;
    const texts = fake.messages.map(([message = ""]) => message.slice(0, 14));
    expect(texts).toEqual(["Another window", "The unsaved te"]);
    expect([fake.edits, log]).toEqual([["typed"], ["make", "discard"]]);
  } finally {
    vi.useRealTimers();
  }
});

it("a draft of a window that lives is left alone, and put here on request", async () => {
  vi.useFakeTimers();
  try {
    const { log, look } = offering({ of: "another window" });
    fake.answer = "Put It Here";
    const looked = look();
    await vi.advanceTimersByTimeAsync(10_000);
    await looked;
    expect(fake.messages[0]?.[0]).toContain("Another window has unsaved text of a");
    expect([fake.edits, log]).toEqual([["typed"], ["make", "discard"]]);
  } finally {
    vi.useRealTimers();
  }
});

describe("Put It Here, pressed on a message that stayed while its draft did not", () => {
  /** Reports the text of a living window, and presses a button after `happens`. */
  async function pressed(
    { look }: Pick<ReturnType<typeof offering>, "look">,
    happens: () => void,
    button = "Put It Here",
  ): Promise<void> {
    vi.useFakeTimers();
    try {
      fake.answer = () => {
        happens();
        return button;
      };
      const looked = look();
      await vi.advanceTimersByTimeAsync(10_000);
      await looked;
    } finally {
      vi.useRealTimers();
    }
    expect(fake.messages[0]?.[0]).toContain("Another window has unsaved text of a");
  }
  const gone = "The unsaved text of a from T is gone: it was saved, discarded or taken over.";

  it("puts what the other window has set aside for a lock, once this one is open again", async () => {
    const offer = offering({ of: "another window", olderText: "typed later" });
    await pressed(offer, () => {
      offer.lock();
      offer.replaceDraft("/d/3");
    });
    expect([fake.edits, offer.opened]).toEqual([["typed later"], ["/d/3"]]);
    expect(fake.messages[1]?.[0]).toContain("is back");
  });

  it("puts what the other window has typed since", async () => {
    const offer = offering({ of: "another window", text: "typed on" });
    await pressed(offer, () => {
      offer.replaceDraft("/d/1");
    });
    expect(fake.edits).toEqual(["typed on"]);
  });

  it("asks nothing further, and puts nothing, where the document was not opened", async () => {
    const offer = offering({ of: "another window" });
    await pressed(offer, () => {
      offer.lock();
      fake.isDeclined = true;
    });
    expect([fake.edits, offer.opened, fake.messages.length]).toEqual([[], [], 1]);
  });

  it.each(["Put It Here", "Compare"])("says so where no such text is left: %s", async (button) => {
    const offer = offering({ of: "another window" });
    const happens = (): void => {
      // A third window's draft does not count.
      offer.replaceDraft("/d/4", 8);
    };
    await pressed(offer, happens, button);
    expect([fake.edits, offer.opened, offer.log]).toEqual([[], [], []]);
    expect(fake.messages.slice(1)).toEqual([[gone]]);
  });
});
