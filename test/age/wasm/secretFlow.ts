/** A node of WebAssembly's text form: `(i32.add (local.get $0) (i32.const 1))`. */
interface Node {
  readonly name: string;
  /** The names and numbers after the node's name: `$0`, `offset=4`. */
  readonly atoms: readonly string[];
  readonly children: readonly Node[];
}

/** The findings of an analysis. */
export interface SecretFlow {
  /** The places where time or memory accesses could depend on a secret, as "function: what". */
  readonly faults: readonly string[];
  /** The number of instructions that make a secret value public. */
  readonly declassified: number;
  /** The number of instructions that read the memory. */
  readonly reads: number;
}

/**
 * Follows all that a module reads from its memory: keys, plaintext and state, which count as
 * secret. Lengths and addresses that the caller passes are public. A secret must not:
 *
 * - decide which way the code takes, or what a `select` picks;
 * - decide where memory is accessed, or how much of it;
 * - be divided.
 *
 * `v128.any_true` makes its operand public, so the caller has to count these instructions.
 *
 * @param text - in folded form, as Binaryen prints it.
 */
export function secretFlow(text: string): SecretFlow {
  const functions = parse(text).children.filter(({ name }) => name === "func");
  const flow = new Flow(functions);
  // The set of secrets only grows, so the loop ends.
  for (let before = -1; before !== flow.secrets.size;) {
    before = flow.secrets.size;
    for (const one of functions) flow.visitFunction(one);
  }
  flow.forgetFaults();
  for (const one of functions) flow.visitFunction(one);
  return { faults: flow.faults, declassified: flow.declassified, reads: flow.reads };
}

class Flow {
  /** The secret names: locals as "function local", globals and functions' results by their name. */
  readonly secrets = new Set<string>();
  faults: string[] = [];
  declassified = 0;
  reads = 0;
  #function = "";
  readonly #parameters: ReadonlyMap<string, readonly string[]>;

  constructor(functions: readonly Node[]) {
    this.#parameters = new Map(
      functions.map(({ atoms: [name = ""], children }) => [
        name,
        children.filter(({ name }) => name === "param").map(({ atoms: [local = ""] }) => local),
      ]),
    );
  }

  forgetFaults(): void {
    this.faults = [];
    this.declassified = 0;
    this.reads = 0;
  }

  visitFunction({ atoms, children }: Node): void {
    this.#function = atoms[0] ?? "";
    const [result = false] = children.map((child) => this.#visit(child)).slice(-1);
    this.#assign(this.#function, result);
  }

  /** Visits an expression and tells whether its value depends on a secret. */
  #visit(node: Node): boolean {
    const operands = node.children.map((child) => this.#visit(child));
    const isSecret = operands.includes(true);
    const [first = ""] = node.atoms;
    switch (node.name) {
      case "local.get":
        return this.secrets.has(`${this.#function} ${first}`);
      case "local.set":
      case "local.tee":
        return this.#assign(`${this.#function} ${first}`, isSecret);
      case "global.get":
        return this.secrets.has(first);
      case "global.set":
        return this.#assign(first, isSecret);
      case "call":
        operands.forEach((operand, i) => {
          this.#assign(`${first} ${this.#parameters.get(first)?.[i] ?? ""}`, operand);
        });
        return this.secrets.has(first);
      case "return":
        this.#assign(this.#function, isSecret);
        return false;
      case "if":
        this.#demandPublic(operands[0], "a branch");
        return operands.slice(1).includes(true);
      case "br_if":
      case "br_table":
        this.#demandPublic(isSecret, "a branch");
        return false;
      case "select":
        this.#demandPublic(operands.at(-1), "a choice");
        return isSecret;
      case "v128.any_true":
        this.declassified++;
        return false;
      case "memory.fill":
      case "memory.copy":
        this.#demandPublic(operands[0], "an address");
        if (node.name === "memory.copy") this.#demandPublic(operands[1], "an address");
        this.#demandPublic(operands[2], "a length");
        return false;
      default:
        return this.#visitOther(node.name, operands);
    }
  }

  #visitOther(name: string, operands: readonly boolean[]): boolean {
    if (name.includes(".load")) {
      this.reads++;
      this.#demandPublic(operands[0], "an address");
      return true;
    }
    if (name.includes(".store")) {
      this.#demandPublic(operands[0], "an address");
      return false;
    }
    const isSecret = operands.includes(true);
    if (/\.(div|rem)_/.test(name)) this.#demandPublic(isSecret, "a division");
    if (!harmless.test(name)) this.faults.push(`${this.#function}: unknown ${name}`);
    return isSecret;
  }

  #assign(name: string, isSecret: boolean): boolean {
    if (isSecret) this.secrets.add(name);
    return isSecret;
  }

  #demandPublic(isSecret: boolean | undefined, what: string): void {
    if (isSecret !== false) this.faults.push(`${this.#function}: ${what} depends on a secret`);
  }
}

/** The declarations, and the instructions whose time does not depend on their operands. */
const harmless = new RegExp(
  "^(param|result|local|type|block|loop|br|drop|nop|then|else|" +
    "i32\\.wrap_i64|i64\\.extend_i32_[us]|v128\\.(const|and|andnot|or|xor|not)|i8x16\\.(swizzle|shuffle)|" +
    "(i32|i64)\\.(const|add|sub|mul|and|or|xor|shl|shr_[us]|rot[lr]|eqz|eq|ne|[lg][te]_[us])|" +
    "i32x4\\.(add|shl|shr_u|splat)|(i32|i64)\\.div_u|(i32|i64)\\.rem_u)$",
);

/** Reads a text in which every instruction is a list with its operands inside. */
function parse(text: string): Node {
  const tokens = text.replaceAll(/;;.*$/gm, "").match(/[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+/g) ?? [];
  let at = 0;
  const list = (): Node => {
    const name = tokens[at++] ?? "";
    const atoms: string[] = [];
    const children: Node[] = [];
    while (at < tokens.length) {
      const token = tokens[at++] ?? "";
      if (token === ")") break;
      if (token === "(") children.push(list());
      else atoms.push(token);
    }
    return { name, atoms, children };
  };
  at++;
  return list();
}
