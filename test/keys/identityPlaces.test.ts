import { describe, expect, it } from "vitest";

import { type Environment, identityPlaces, isRequired } from "../../src/keys/identityPlaces";

function describePlaces(
  env: Environment,
  home: string,
  platform: string,
  configured: readonly string[] = [],
): readonly string[] {
  return identityPlaces(env, home, platform, configured).map((place) => {
    switch (place.kind) {
      case "file":
        return `${place.origin}: ${place.path}`;
      case "variable":
        return `${place.origin}: $${place.name}`;
      case "misplaced":
        return `${place.origin}: misplaced`;
    }
  });
}

/** Lists the named places: all but the usual ones. */
function named(env: Environment, configured: readonly string[] = []): readonly string[] {
  return describePlaces(env, "/home/me", "linux", configured).filter(
    (place) => !place.startsWith("usual place"),
  );
}

describe("the usual places", () => {
  const age = (folder: string): readonly string[] =>
    ["keys.txt", "key.txt", "identities.txt", "identities"].map((file) => `${folder}/age/${file}`);

  const cases: [string, Environment, home: string, platform: string, readonly string[]][] = [
    [
      "on Linux",
      {},
      "/home/me",
      "linux",
      [
        ...age("/home/me/.config"),
        "/home/me/.config/sops/age/keys.txt",
        "/home/me/.passage/identities",
      ],
    ],
    [
      "with XDG_CONFIG_HOME",
      { XDG_CONFIG_HOME: "/xdg" },
      "/home/me",
      "linux",
      [...age("/xdg"), "/xdg/sops/age/keys.txt", "/home/me/.passage/identities"],
    ],
    [
      "on macOS",
      { XDG_CONFIG_HOME: "" },
      "/Users/me",
      "darwin",
      [
        ...age("/Users/me/.config"),
        "/Users/me/Library/Application Support/sops/age/keys.txt",
        "/Users/me/.passage/identities",
      ],
    ],
    [
      "on macOS with XDG_CONFIG_HOME",
      { XDG_CONFIG_HOME: "/xdg" },
      "/Users/me",
      "darwin",
      [...age("/xdg"), "/xdg/sops/age/keys.txt", "/Users/me/.passage/identities"],
    ],
    [
      "on Windows",
      { APPDATA: "D:\\Roaming" },
      "C:\\Users\\me",
      "win32",
      [
        ...age("C:/Users/me/.config"),
        "D:/Roaming/sops/age/keys.txt",
        "C:/Users/me/.passage/identities",
      ].map((path) => path.replaceAll("/", "\\")),
    ],
  ];
  it.each(cases)("%s are those of age's world", (_, env, home, platform, expected) => {
    expect(describePlaces(env, home, platform)).toEqual(
      expected.map((path) => `usual place: ${path}`),
    );
  });
});

describe("the named places", () => {
  const cases: [string, Environment, configured: readonly string[], readonly string[]][] = [
    ["are none by default", {}, [], []],
    ["are the settings' files", {}, ["/k/a.txt", "/k/b"], ["setting: /k/a.txt", "setting: /k/b"]],
    ["may begin with ~", {}, ["~/a.txt", "~"], ["setting: /home/me/a.txt", "setting: /home/me"]],
    ["count from home", {}, ["k/a", "~b"], ["setting: /home/me/k/a", "setting: /home/me/~b"]],
    ["ignore empty entries", { AGE_IDENTITY: "" }, ["", "  "], []],
    [
      "are the environment's, after the settings'",
      {
        SOPS_AGE_KEY: "AGE-SECRET-KEY-1QQQ",
        SOPS_AGE_KEY_FILE: "/sops.txt",
        AGE_IDENTITY: "~/age.txt",
        PASSAGE_IDENTITIES_FILE: "/passage",
      },
      ["/k/a.txt"],
      [
        "setting: /k/a.txt",
        "environment: /home/me/age.txt",
        "environment: /sops.txt",
        "environment: /passage",
        "environment: $SOPS_AGE_KEY",
      ],
    ],
    ["come once", { AGE_IDENTITY: "/k/a" }, ["/k/a", "/k/../k/a"], ["setting: /k/a"]],
    ["never repeat an identity", {}, ["AGE-SECRET-KEY-1QQQ"], ["setting: misplaced"]],
    [
      "are a variable that holds an identity in place of a path",
      { AGE_IDENTITY: "AGE-SECRET-KEY-1QQQ" },
      [],
      ["environment: $AGE_IDENTITY"],
    ],
  ];
  it.each(cases)("%s", (_, env, configured, expected) => {
    expect(named(env, configured)).toEqual(expected);
  });

  it("take a usual place that is named too", () => {
    const usual = "/home/me/.config/age/keys.txt";
    const places = describePlaces({ AGE_IDENTITY: usual }, "/home/me", "linux");
    expect(places).toContain(`environment: ${usual}`);
    expect(places).not.toContain(`usual place: ${usual}`);
  });

  it("expand ~ on Windows", () => {
    expect(describePlaces({}, "C:\\Users\\me", "win32", ["~/age\\a.txt", "D:\\k"])).toEqual(
      expect.arrayContaining(["setting: C:\\Users\\me\\age\\a.txt", "setting: D:\\k"]),
    );
  });

  it("are required, and only they", () => {
    const places = identityPlaces({ AGE_IDENTITY: "/a" }, "/home/me", "linux", ["/b"]);
    for (const place of places) expect(isRequired(place)).toBe(place.origin !== "usual place");
  });
});
