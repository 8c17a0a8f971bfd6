import { posix, sep } from "node:path";

interface Parts {
  readonly scheme: string;
  readonly authority?: string;
  readonly path?: string;
  readonly query?: string;
}

/** The kind of paths: Windows' or POSIX ones; a test sets it. */
export const platform = { isWindows: sep === "\\" };

/** A URI: `file` and `fsPath` are each other's inverse, and so are `parse` and `toString`. */
export class Uri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment = "";

  private constructor({ scheme, authority = "", path = "", query = "" }: Parts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
  }

  static from(parts: Parts): Uri {
    return new Uri(parts);
  }

  static file(fsPath: string): Uri {
    const slashed = platform.isWindows ? fsPath.replaceAll("\\", "/") : fsPath;
    const [, authority, rest] = /^\/\/([^/]+)(.*)$/.exec(slashed) ?? [];
    if (authority !== undefined) return new Uri({ scheme: "file", authority, path: rest ?? "/" });
    return new Uri({ scheme: "file", path: slashed.startsWith("/") ? slashed : `/${slashed}` });
  }

  static parse(text: string): Uri {
    const [, scheme = "", authority = "", path = "", query = ""] =
      /^([^:]+):(?:\/\/([^/]*))?([^?]*)(?:\?(.*))?$/.exec(text) ?? [];
    return new Uri({
      ...{ scheme, authority, path: decodeURIComponent(path) },
      query: decodeURIComponent(query),
    });
  }

  static joinPath(uri: Uri, ...parts: readonly string[]): Uri {
    return uri.with({ path: posix.join(uri.path, ...parts) });
  }

  get fsPath(): string {
    const isShare = this.authority !== "" && this.path.length > 1 && this.scheme === "file";
    const local = this.path.replace(
      /^\/([A-Za-z]):/,
      (_, drive: string) => `${drive.toLowerCase()}:`,
    );
    const path = isShare ? `//${this.authority}${this.path}` : local;
    return platform.isWindows ? path.replaceAll("/", "\\") : path;
  }

  with(change: Partial<Parts>): Uri {
    const { scheme, authority, path, query } = this;
    return new Uri({ scheme, authority, path, query, ...change });
  }

  toString(): string {
    const path = this.path.split("/").map(encodeURIComponent).join("/");
    const query = this.query === "" ? "" : `?${encodeURIComponent(this.query)}`;
    return `${this.scheme}://${this.authority}${path}${query}`;
  }
}

/** The error that a file system provider throws; the code tells the factories apart. */
export class FileSystemError extends Error {
  private constructor(
    readonly code: string,
    message: string | Uri,
  ) {
    super(typeof message === "string" ? message : message.path);
  }

  static FileNotFound = (what: string | Uri) => new FileSystemError("FileNotFound", what);
  static FileExists = (what: string | Uri) => new FileSystemError("FileExists", what);
  static NoPermissions = (what: string | Uri) => new FileSystemError("NoPermissions", what);
  static Unavailable = (what: string | Uri) => new FileSystemError("Unavailable", what);
}
