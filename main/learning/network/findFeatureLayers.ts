import type { Graph } from './graph.ts';
import type { ValueType } from './ops/op.ts';

/** Their results may have the rank of a feature map, but other axes. */
const rearranging = new Set(['Transpose', 'Reshape', 'Unsqueeze', 'Squeeze', 'Expand']);

/**
 * Feature maps that everything passes through: for each resolution the last value [batch, channel, row, column] that
 * every path from the image to the output crosses. In forward order; the last one is the map before the pooling.
 *
 * Walks the nodes once, counting the values still to be read: where only one is left, everything passes through it.
 */
export function findFeatureLayers(graph: Graph, types: ReadonlyMap<string, ValueType>): string[] {
  const lastReader = new Map<string, number>();
  graph.nodes.forEach((node, i) => {
    for (const name of node.inputs) if (name !== undefined) lastReader.set(name, i);
  });
  for (const output of graph.outputs) lastReader.set(output.name, graph.nodes.length);
  const varying = new Set(graph.inputs.map((input) => input.name));
  const live = new Set(varying);
  const maps = new Set<string>();
  let isConvolved = false;
  const byResolution = new Map<string, string>();
  graph.nodes.forEach((node, i) => {
    if (!node.inputs.some((name) => name !== undefined && varying.has(name))) return;
    isConvolved ||= node.opType === 'Conv';
    for (const name of node.outputs) {
      if (name !== undefined && isConvolved && !rearranging.has(node.opType)) maps.add(name);
      if (name === undefined || !lastReader.has(name)) continue;
      varying.add(name);
      live.add(name);
    }
    for (const name of [...live]) if ((lastReader.get(name) ?? -1) <= i) live.delete(name);
    const [only] = live;
    if (live.size !== 1 || only === undefined || !maps.has(only)) return;
    const { shape = [], type } = types.get(only) ?? {};
    if (type !== 'float32') return;
    const [, channels = 0, rows = 1, columns = 1] = shape;
    if (shape.length !== 4 || channels < 2 || rows * columns === 1) return;
    const key = `${rows}x${columns}`;
    byResolution.delete(key);
    byResolution.set(key, only);
  });
  return [...byResolution.values()];
}
