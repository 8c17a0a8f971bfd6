// The rooms of the house, from the lowest floor up, and what each may build on.

/** The floors below documents and the editor, with all their rooms. */
const age = "src/age/";
const keys = "src/keys/";
const strategies = "src/strategies/";
const documents = "src/documents/";

/**
 * The layers: the other folders of the project that a folder's files may import. A name that ends
 * with a slash stands for the folder and all below it. A commit that adds an edge here gives the
 * reason.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/age": ["src/age/engines"],
  "src/age/engines": ["src/age", "src/age/wasm"],
  "src/age/wasm": [],
  "src/keys": [age],
  // The types of all strategies are beside the code that chooses among them.
  "src/strategies": [age, strategies],
  "src/strategies/native": [age, "src/strategies"],
  "src/strategies/cli": [age, "src/strategies", ...roomsOf("strategies/cli", "process transfer")],
  "src/strategies/cli/process": [age, "src/strategies"],
  "src/strategies/cli/transfer": [age, "src/strategies", "src/strategies/cli/process"],
  "src/documents/disk": [age],
  "src/documents/memory": [age, "src/documents/disk"],
  "src/documents/questions": [age, keys, strategies, "src/documents/memory", "src/documents/disk"],
  "src/documents/unlocking": [age, keys, ...roomsOf("documents", "disk questions")],
  "src/documents/recipients": [
    age,
    keys,
    ...roomsOf("documents", "disk memory questions unlocking"),
  ],
  "src/documents/versions": [age, ...roomsOf("documents", "disk memory questions")],
  "src/documents": [
    age,
    keys,
    strategies,
    ...roomsOf("documents", "disk memory questions unlocking recipients versions"),
  ],
  "src/documents/drafts": [
    age,
    strategies,
    "src/documents",
    ...roomsOf("documents", "disk memory questions unlocking"),
  ],
  "src/documents/files": [
    age,
    keys,
    strategies,
    "src/documents",
    ...roomsOf("documents", "disk memory questions unlocking versions"),
  ],
  "src/vscode/wording": [age, keys, strategies, documents],
  "src/vscode": [age, keys, strategies, documents, "src/vscode/wording"],
  "src/vscode/doctor": [age, strategies, documents, "src/vscode/wording"],
  ...vscodeRooms("settings prompts editor", ""),
  ...vscodeRooms("drafts guards", "editor"),
  ...vscodeRooms("explorer lock", "editor drafts"),
  ...vscodeRooms("status", "editor drafts guards"),
  ...vscodeRooms("commands", "settings prompts editor drafts guards lock status doctor"),
  src: [age, keys, strategies, documents, "src/vscode/"],
};

function roomsOf(floor: string, rooms: string): readonly string[] {
  return rooms.split(" ").map((room) => `src/${floor}/${room}`);
}

/**
 * Returns rows for rooms of the editor's floor. They stand on its ground floor, its words and
 * `others`.
 */
function vscodeRooms(rooms: string, others: string): Readonly<Record<string, readonly string[]>> {
  const below = others === "" ? [] : roomsOf("vscode", others);
  const all = [age, keys, strategies, documents, "src/vscode", "src/vscode/wording", ...below];
  return Object.fromEntries(roomsOf("vscode", rooms).map((room) => [room, all]));
}
