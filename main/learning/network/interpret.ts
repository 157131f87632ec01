import type { NdArray } from './array64.ts';
import { arrayFromTensor } from './array64.ts';
import type { Graph } from './graph.ts';
import { opOf } from './inferShapes.ts';
import type { Tensor } from './tensor.ts';

export type Feeds = Readonly<Record<string, NdArray | Tensor>>;

function asArray(value: NdArray | Tensor): NdArray {
  const { type, shape, data } = value;
  if (data instanceof Float64Array) return { type, shape, data };
  return arrayFromTensor({ type, shape, data });
}

/**
 * Runs a graph in float64, one node after the other, with the plainest kernels there are: correct rather than fast. It
 * is what engines and gradient rules are measured against.
 * @returns the graph's outputs, or the values named in `wanted`
 */
export function interpret(graph: Graph, feeds: Feeds, wanted?: readonly string[]): Record<string, NdArray> {
  const values = new Map<string, NdArray>();
  for (const [name, tensor] of graph.initializers) values.set(name, arrayFromTensor(tensor));
  for (const { name } of graph.inputs) {
    const value = feeds[name];
    if (value === undefined) throw new Error(`no value for input ${name}`);
    values.set(name, asArray(value));
  }
  const get = (name: string): NdArray => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${name} has no value`);
    return value;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === undefined ? undefined : get(name)));
    opOf(node)
      .evaluate(inputs, node)
      .forEach((value, i) => {
        const name = node.outputs[i];
        if (name !== undefined) values.set(name, value);
      });
  }
  const names = wanted ?? graph.outputs.map((output) => output.name);
  return Object.fromEntries(names.map((name) => [name, get(name)]));
}
