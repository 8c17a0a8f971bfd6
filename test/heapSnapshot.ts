/** The parts of a V8 heap snapshot that the tests read. */
export interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/**
 * Sums up the bytes of all objects, strings and arrays, and counts them. It leaves out machine code
 * and V8's notes about it, which grow for as long as functions get faster.
 */
export function sizeOfObjects(heap: HeapSnapshot): {
  readonly bytes: number;
  readonly count: number;
} {
  const { nodes } = heap;
  const [type, size] = [nodeField(heap, "type"), nodeField(heap, "self_size")];
  const left = ["code", "hidden", "number", "object shape", "synthetic"].map((name) =>
    nodeType(heap, name),
  );
  let [bytes, count] = [0, 0];
  for (let node = 0; node < nodes.length; node += nodeWidth(heap)) {
    if (left.includes(nodes[node + type] ?? -1)) continue;
    bytes += nodes[node + size] ?? 0;
    count++;
  }
  return { bytes, count };
}

/** Lists the strings. A snapshot holds concatenations in parts, which it joins. */
export function stringsOf(heap: HeapSnapshot): readonly string[] {
  const { nodes, edges, strings } = heap;
  const concatenated = nodeType(heap, "concatenated string");
  const [type, name] = [nodeField(heap, "type"), nodeField(heap, "name")];
  const edgeCount = nodeField(heap, "edge_count");
  const { edge_fields: edgeFields } = heap.snapshot.meta;
  const [edgeName, toNode] = [edgeFields.indexOf("name_or_index"), edgeFields.indexOf("to_node")];
  const edgesOf = new Map<number, number>();
  for (let node = 0, edge = 0; node < nodes.length; node += nodeWidth(heap)) {
    if (nodes[node + type] === concatenated) edgesOf.set(node, edge);
    edge += (nodes[node + edgeCount] ?? 0) * edgeFields.length;
  }
  const wholes = new Map<number, string>();
  const textOf = (node: number, depth: number): string => {
    const first = edgesOf.get(node);
    if (first === undefined) return strings[nodes[node + name] ?? 0] ?? "";
    const known = wholes.get(node);
    if (known !== undefined || depth > deepest) return known ?? "";
    const parts = { first: "", second: "" };
    for (let index = 0; index < (nodes[node + edgeCount] ?? 0); index++) {
      const edge = first + index * edgeFields.length;
      const part = strings[edges[edge + edgeName] ?? 0];
      if (part !== "first" && part !== "second") continue;
      parts[part] = textOf(edges[edge + toNode] ?? 0, depth + 1);
    }
    const text = parts.first + parts.second;
    wholes.set(node, text);
    return text;
  };
  for (const node of edgesOf.keys()) textOf(node, 0);
  return [...strings, ...wholes.values()];
}

const deepest = 2000;

function nodeField({ snapshot }: HeapSnapshot, name: string): number {
  return snapshot.meta.node_fields.indexOf(name);
}

function nodeType({ snapshot }: HeapSnapshot, name: string): number {
  return snapshot.meta.node_types[0].indexOf(name);
}

function nodeWidth({ snapshot }: HeapSnapshot): number {
  return snapshot.meta.node_fields.length;
}
