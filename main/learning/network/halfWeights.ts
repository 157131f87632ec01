import type { Graph, Node } from './graph.ts';
import { int } from './graph.ts';
import { halfToNumber, numberToHalf } from './half.ts';
import { float32, type Tensor } from './tensor.ts';

/** ONNX's number for float32 in the attribute `to` of Cast (TensorProto.DataType). */
const FLOAT32 = 1;

const halfName = (name: string): string => `${name}/half`;

function asHalf({ shape, data }: Tensor): Tensor {
  return { type: 'float16', shape, data: Uint16Array.from(data as Float32Array, numberToHalf) };
}

function asFull({ shape, data }: Tensor): Tensor {
  return float32(shape, Float32Array.from(data as Uint16Array, halfToNumber));
}

/**
 * The graph with its parameters rounded to float16 and a Cast behind each: half the bytes, standard
 * operators, for files alone. Statistics stay as they are: their range is wide. `withFullWeights` reads it back.
 */
export function withHalfWeights(graph: Graph, parameters: readonly string[]): Graph {
  const initializers = new Map(graph.initializers);
  const casts: Node[] = [];
  for (const name of parameters) {
    const tensor = initializers.get(name);
    if (tensor?.type !== 'float32') continue;
    initializers.delete(name);
    initializers.set(halfName(name), asHalf(tensor));
    const attributes = { to: int(FLOAT32) };
    casts.push({ opType: 'Cast', domain: '', name, inputs: [halfName(name)], outputs: [name], attributes });
  }
  return { ...graph, initializers, nodes: [...casts, ...graph.nodes] };
}

/** Constants that a Cast makes float32 become float32 constants of its output's name, so that they can be trained. */
export function withFullWeights(graph: Graph): Graph {
  if (![...graph.initializers.values()].some(({ type }) => type === 'float16')) return graph;
  const initializers = new Map(graph.initializers);
  const unfolded = new Set<string>();
  const nodes = graph.nodes.filter(({ opType, inputs, outputs, attributes }) => {
    const [from = ''] = inputs;
    const [name] = outputs;
    const half = graph.initializers.get(from);
    const { to } = attributes;
    const isCast = opType === 'Cast' && to?.kind === 'int' && to.value === FLOAT32;
    if (!isCast || name === undefined || half?.type !== 'float16') return true;
    initializers.set(name, asFull(half));
    unfolded.add(from);
    return false;
  });
  const isRead = new Set(nodes.flatMap(({ inputs }) => inputs));
  for (const name of unfolded) if (!isRead.has(name)) initializers.delete(name);
  return { ...graph, nodes, initializers };
}
