import { posix, win32 } from "node:path";

/** The origin of a place: the user's settings, the environment, or only convention. */
export type Origin = "setting" | "environment" | "usual place";

/** A place where identities may lie. It names the place and never holds its content. */
export type IdentityPlace = { readonly origin: Origin } & (
  | { readonly kind: "file"; readonly path: string }
  /** An environment variable that holds identities itself. */
  | { readonly kind: "variable"; readonly name: string }
  /** An identity in the setting, where its file's path belongs. No message may repeat it. */
  | { readonly kind: "misplaced" }
);

/** The environment, in the form of `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of age-secret.nvim and zed-crypt, SOPS and passage that name an identity file. */
const fileVariables = ["AGE_IDENTITY", "SOPS_AGE_KEY_FILE", "PASSAGE_IDENTITIES_FILE"];

/**
 * Lists all the places where this user's identities may lie, in the order in which to try them: the
 * settings, the environment, then the places where the tools around age keep them. age itself has
 * no usual place. SSH keys are not among them.
 *
 * A relative path counts from the home folder, because an editor's working directory means nothing.
 *
 * @param platform - as in `process.platform`
 * @param configured - the identity files that the settings name; `~` stands for the home folder
 */
export function identityPlaces(
  env: Environment,
  home: string,
  platform: string,
  configured: readonly string[],
): readonly IdentityPlace[] {
  const paths = platform === "win32" ? win32 : posix;
  const expand = (path: string): string =>
    paths.resolve(
      home,
      path.replace(/^~(?=$|[/\\])/, () => home),
    );

  const places: IdentityPlace[] = [];
  for (const path of configured.filter(isNamed)) {
    if (isIdentity(path)) places.push({ kind: "misplaced", origin: "setting" });
    else places.push({ kind: "file", path: expand(path), origin: "setting" });
  }
  for (const name of fileVariables) {
    const path = env[name];
    if (!isNamed(path)) continue;
    if (isIdentity(path)) places.push({ kind: "variable", name, origin: "environment" });
    else places.push({ kind: "file", path: expand(path), origin: "environment" });
  }
  if (isNamed(env["SOPS_AGE_KEY"])) {
    places.push({ kind: "variable", name: "SOPS_AGE_KEY", origin: "environment" });
  }

  const xdg = env["XDG_CONFIG_HOME"];
  const age = paths.join(isNamed(xdg) ? expand(xdg) : paths.join(home, ".config"), "age");
  const usual = [
    ...["keys.txt", "key.txt", "identities.txt", "identities"].map((name) => paths.join(age, name)),
    paths.join(sopsConfigFolder(env, home, platform), "sops", "age", "keys.txt"),
    paths.join(home, ".passage", "identities"),
  ];
  for (const path of usual) places.push({ kind: "file", path, origin: "usual place" });

  return withoutRepetitions(places);
}

/** Tells whether the user named the place, so that it is an error if nothing is there. */
export function isRequired(place: IdentityPlace): boolean {
  return place.origin !== "usual place";
}

/**
 * Finds the folder of settings as SOPS does: by Go's `os.UserConfigDir`, with `XDG_CONFIG_HOME`
 * first on macOS too.
 */
function sopsConfigFolder(env: Environment, home: string, platform: string): string {
  if (platform === "win32") {
    return env["APPDATA"] ?? win32.join(home, "AppData", "Roaming");
  }
  const xdg = env["XDG_CONFIG_HOME"];
  if (isNamed(xdg)) return posix.resolve(home, xdg);
  return platform === "darwin"
    ? posix.join(home, "Library", "Application Support")
    : posix.join(home, ".config");
}

function isNamed(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}

function isIdentity(value: string): boolean {
  return /AGE-(SECRET-KEY|PLUGIN)-|-----BEGIN /i.test(value);
}

/** Keeps the first of equal places, since it has the stronger origin. */
function withoutRepetitions(places: readonly IdentityPlace[]): readonly IdentityPlace[] {
  const seen = new Set<string>();
  return places.filter((place) => {
    const key = placeKey(place);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function placeKey(place: IdentityPlace): string {
  switch (place.kind) {
    case "file":
      return `file ${place.path}`;
    case "variable":
      return `variable ${place.name}`;
    case "misplaced":
      return "misplaced";
  }
}
