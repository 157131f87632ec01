import { readFileSync } from 'node:fs';
import path from 'node:path';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import type { NdArray } from '../../../main/learning/network/array64.ts';
import { int, intOf } from '../../../main/learning/network/graph.ts';
import { inferShapes } from '../../../main/learning/network/inferShapes.ts';
import type { Network } from '../../../main/learning/network/network.ts';
import type { Lowering } from '../../../main/learning/network/ops/op.ts';
import type { Tensor, Tensors } from '../../../main/learning/network/tensor.ts';
import { float32, sizeOf } from '../../../main/learning/network/tensor.ts';
import { buildTrainStep, initialState } from '../../../main/learning/network/trainStep.ts';

export interface Fixture {
  readonly divisor: number;
  readonly size: number;
  readonly loss: number;
  readonly logits: readonly number[];
  /** Of each parameter: the largest element, three projections, four elements. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const folder = path.resolve(import.meta.dirname, '../../fixtures/pytorch');

/** What tests/fixtures/pytorch/make.py wrote. */
export const fixtures: {
  readonly versions: Readonly<Record<string, string>>;
  readonly batch: number;
  readonly classes: number;
  readonly sampleWeight: readonly number[];
  readonly networks: Readonly<Record<string, Fixture>>;
} = JSON.parse(readFileSync(path.join(folder, 'networks.json'), 'utf8'));

export function fixtureOf(id: string): Fixture {
  const found = fixtures.networks[id];
  if (found === undefined) throw new Error(`no fixture of ${id}`);
  return found;
}

/** Numbers in [-1, 1): the same formula as in networks.py. */
export function formula(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return new Float64Array(count).map((_, i) => {
    let z = (Math.imul(i, 0x9e3779b9) + seed) >>> 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b) >>> 0;
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35) >>> 0;
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

function startOf(name: string, shape: readonly number[]): Tensor {
  const values = formula(name, sizeOf(shape));
  const scale = Math.sqrt(6 / sizeOf(shape.slice(1)));
  const change = (value: number) => {
    if (name.endsWith('layer_scale')) return 0.5 + 0.1 * value;
    if (shape.length > 1) return scale * value;
    return name.endsWith('.weight') ? 1 + 0.2 * value : 0.1 * value;
  };
  return float32(shape, Float32Array.from(values, change));
}

/**
 * The network with all channels but those of the image and the classes divided: every joint and kernel stays, and the
 * parameters are those of networks.py.
 */
function narrowed(network: Network, divisor: number): Network {
  const { graph, parameters, head } = network;
  const ownExtents = (name: string, shape: readonly number[], axis: number) =>
    axis > 1 || (axis === 0 && head.includes(name)) || (axis === 1 && (shape[1] ?? 0) <= 3);
  const initializers = new Map(graph.initializers);
  for (const [name, { shape }] of graph.initializers) {
    const isStatistic = /running_(mean|var)$/.test(name);
    if (!parameters.includes(name) && !isStatistic) continue;
    const extents = shape.map((extent, axis) => (ownExtents(name, shape, axis) ? extent : extent / divisor));
    initializers.set(name, startOf(name, extents));
  }
  const nodes = graph.nodes.map((node) => {
    const group = intOf(node, 'group', 1);
    return group === 1 ? node : { ...node, attributes: { ...node.attributes, group: int(group / divisor) } };
  });
  return { ...network, graph: { ...graph, nodes, initializers } };
}

/** A network and a step that gives the gradient of the summed loss at every parameter. */
export function stepOf(
  id: string,
  { divisor, size }: Pick<Fixture, 'divisor' | 'size'> = fixtureOf(id),
  lowering: Lowering = 'indexed',
) {
  const { batch, classes } = fixtures;
  const network = narrowed(architectureOf(id).build({ channels: 3, classes, seed: 1, isBlank: true }), divisor);
  inferShapes(network.graph, { [network.input]: [batch, 3, size, size] });
  const optimizer = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decay: 'l2' } as const;
  const step = buildTrainStep(network, {
    ...{ batchSize: batch, inputShape: [3, size, size], optimizer, phase: 'gather', trainable: network.parameters },
    lowering,
  });
  const image = Float32Array.from(formula('image', batch * 3 * size * size), (value) => 2 * value);
  const y = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) y[i * classes + (i % classes)] = 1;
  const masks = step.masks.map(({ name, shape }) => [name, float32(shape, new Float32Array(sizeOf(shape)).fill(1))]);
  const constants = step.constants.map(({ name }) => [name, network.graph.initializers.get(name)]);
  const feeds: Tensors = {
    x: float32([batch, 3, size, size], image),
    y: float32([batch, classes], y),
    sampleWeight: float32([batch], fixtures.sampleWeight),
    ...initialState(step, network),
    ...Object.fromEntries([...masks, ...constants]),
  };
  return { network, step, feeds };
}

/** Where a step gives the gradient of a parameter. */
export const gradientOf = (parameter: string): string => `next/gathered/${parameter}`;

/**
 * What a difference is measured against: the largest element of the tensor. The gradient of a bias before a batch
 * normalisation is 0, all that there is of it is rounding; it is measured against the largest of the network.
 */
export function scaleOf(tops: ReadonlyMap<string, number>, name: string): number {
  const largest = Math.max(...tops.values());
  const top = tops.get(name) ?? Number.NaN;
  return top > 1e-10 * largest ? top : largest;
}

/**
 * Larger images for float32: where a batch normalisation sees two values a channel (1 x 1 pixels, batch 2), its gradient
 * is what is left of a difference, and float32 leaves nothing. The scale of DenseNet-121's first normalisation is such
 * a difference, too: there PyTorch's own float32 is 1.5e-3 from its float64 at 64 pixels, and 0.6e-3 at 72.
 */
export function widened(id: string, { divisor, size }: Fixture): Pick<Fixture, 'divisor' | 'size'> {
  const sides: Readonly<Record<string, number>> = { 'inception-v3': size + 32, densenet121: 72 };
  const wide = sides[id] ?? Math.max(size, 64);
  const isDoubled = ['resnet18', 'resnet34', 'mobilenet-v2', 'mobilenet-v3-small', 'mobilenet-v3-large'].includes(id);
  return { divisor: isDoubled ? 2 * divisor : divisor, size: wide };
}

/** The digest of a gradient, as make.py makes it. */
export function digestOf(name: string, { data }: NdArray): number[] {
  const top = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const projections = [0, 1, 2].map((k) => {
    const along = formula(`${k}/${name}`, data.length);
    return data.reduce((sum, value, i) => sum + value * (along[i] ?? 0), 0);
  });
  const elements = [0, 1, 2, 3].map((k) => data[Math.floor(((k + 0.5) * data.length) / 4)] ?? Number.NaN);
  return [top, ...projections, ...elements];
}
