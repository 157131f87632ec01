import { expect } from 'vitest';
import { randomStream } from '../../../main/domain/random.ts';
import type { NdArray } from '../../../main/learning/network/array64.ts';
import { emptyArray, ndArray } from '../../../main/learning/network/array64.ts';
import { differentiate, gradientName } from '../../../main/learning/network/differentiate.ts';
import type { Graph } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { sizeOf } from '../../../main/learning/network/tensor.ts';

/** Random values away from 0, where kinks (Relu, Abs) would spoil a finite difference. */
export function randomArray(shape: readonly number[], seed: number, from = -2, to = 2): NdArray {
  const next = randomStream(seed);
  const result = emptyArray(shape);
  for (let i = 0; i < result.data.length; i++) {
    let value = 0;
    do value = from + next() * (to - from);
    while (Math.abs(value) < 0.02);
    result.data[i] = value;
  }
  return result;
}

/** All different by at least 0.05: no two elements tie in a maximum. */
export function distinctArray(shape: readonly number[], seed: number): NdArray {
  const size = sizeOf(shape);
  const order = Array.from({ length: size }, (_, i) => i);
  const next = randomStream(seed);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return ndArray(
    shape,
    order.map((place) => (place - size / 2) * 0.1 + 0.03),
  );
}

/** A graph of one function of its inputs, reduced to a scalar `loss` with fixed random weights. */
export function scalarGraph(
  inputs: Readonly<Record<string, NdArray>>,
  write: (builder: GraphBuilder) => string,
): { graph: Graph; feeds: Record<string, NdArray> } {
  const builder = new GraphBuilder('check');
  for (const [name, { shape }] of Object.entries(inputs)) builder.input(name, 'float32', shape);
  const value = write(builder);
  const weights = randomArray(builder.typeOf(value).shape, 99, 0.5, 1.5);
  builder.input('weights', 'float32', weights.shape);
  const loss = builder.op('ReduceSum', [builder.op('Mul', [value, 'weights'])], {
    keepdims: { kind: 'int', value: 0 },
  });
  return { graph: builder.build({ loss }), feeds: { ...inputs, weights } };
}

export function lossOf(graph: Graph, feeds: Readonly<Record<string, NdArray>>): number {
  return interpret(graph, feeds).loss?.data[0] ?? Number.NaN;
}

/** Fourth-order central differences: five-point stencil, error of order step^4. */
export function numericGradient(
  graph: Graph,
  feeds: Readonly<Record<string, NdArray>>,
  name: string,
  step = 1e-3,
): Float64Array {
  const at = feeds[name];
  if (at === undefined) throw new Error(`no input ${name}`);
  return at.data.map((value, i) => {
    const moved = (offset: number) => {
      const data = at.data.slice();
      data[i] = value + offset;
      return lossOf(graph, { ...feeds, [name]: { ...at, data } });
    };
    return (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
  });
}

export function maxAbs(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i] ?? 0));
  return top;
}

/** What `checkGradients` has found right, for engines to be compared with. */
export const checked: {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, NdArray>>;
  readonly results: Readonly<Record<string, NdArray>>;
}[] = [];

/** Every gradient of `loss` against central differences, relative to the largest element of the tensor. */
export function checkGradients(
  inputs: Readonly<Record<string, NdArray>>,
  write: (builder: GraphBuilder) => string,
  options: { readonly names?: readonly string[]; readonly tolerance?: number } = {},
): void {
  const { graph, feeds } = scalarGraph(inputs, write);
  const names = options.names ?? Object.keys(inputs);
  const backward = differentiate(graph, { output: 'loss', withRespectTo: names });
  const results = interpret(backward, feeds);
  checked.push({ graph: backward, feeds, results });
  for (const name of names) {
    const exact = results[gradientName(name)];
    const numeric = numericGradient(graph, feeds, name);
    expect(exact?.shape).toEqual(inputs[name]?.shape);
    const scale = Math.max(maxAbs(numeric), 1e-3);
    const worst = maxAbs(numeric.map((value, i) => value - (exact?.data[i] ?? Number.NaN)));
    expect(worst / scale, `gradient at ${name}`).toBeLessThan(options.tolerance ?? 1e-6);
  }
}
