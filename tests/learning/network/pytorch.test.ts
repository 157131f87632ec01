import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectures } from '../../../main/learning/network/architectures/registry.ts';
import type { NdArray } from '../../../main/learning/network/array64.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { sizeOf } from '../../../main/learning/network/tensor.ts';
import { maxAbs } from './gradientCheck.ts';
import { digestOf, fixtureOf, fixtures, formula, gradientOf, scaleOf, stepOf, widened } from './pytorchFixture.ts';

/** How far a gradient is from PyTorch's: elements on the given scale, projections also by the length of the vector. */
function distance(name: string, gradient: NdArray | undefined, expected: readonly number[], top: number): number {
  if (gradient === undefined) return Number.POSITIVE_INFINITY;
  const length = Math.sqrt(sizeOf(gradient.shape));
  const differences = digestOf(name, gradient).map((value, i) => {
    const scale = i >= 1 && i <= 3 ? top * length : top;
    return Math.abs(value - (expected[i] ?? Number.NaN)) / scale;
  });
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
}

test('the formula of weights and images is that of networks.py', () => {
  expect([...formula('conv1.weight', 3)]).toEqual([0.908837681170553, -0.20123203052207828, -0.23817980522289872]);
});

test('every architecture has a fixture', () => {
  expect(Object.keys(fixtures.networks).sort()).toEqual(architectures.map(({ id }) => id).sort());
});

describe.each(Object.keys(fixtures.networks))('%s', (id) => {
  const expected = fixtureOf(id);

  test('the float64 interpreter gives the loss, logits and gradients of PyTorch', { timeout: 240_000 }, () => {
    const { network, step, feeds } = stepOf(id);
    expect([...network.parameters].sort()).toEqual(Object.keys(expected.gradients).sort());
    const actual = interpret(step.graph, feeds);
    expect(Math.abs((actual.loss?.data[0] ?? Number.NaN) / expected.loss - 1)).toBeLessThan(1e-8);
    const logits = expected.logits.map((value, i) => value - (actual.logits?.data[i] ?? Number.NaN));
    expect(maxAbs(logits) / maxAbs(expected.logits)).toBeLessThan(1e-8);
    const tops = new Map(Object.entries(expected.gradients).map(([name, [top = 0]]) => [name, top]));
    const far = Object.entries(expected.gradients).map(
      ([name, digest]) => [name, distance(name, actual[gradientOf(name)], digest, scaleOf(tops, name))] as const,
    );
    expect(far.filter(([, relative]) => !(relative < 1e-8))).toEqual([]);
  });

  test('onnxruntime gives the gradients of the interpreter', { timeout: 240_000 }, async () => {
    const { network, step, feeds } = stepOf(id, widened(id, expected));
    const exact = interpret(step.graph, feeds);
    const program = await compile(step.graph, { device: 'cpu', threads: 1 });
    const outputs = await program.run(feeds);
    await program.dispose();
    const dataOf = (name: string) => exact[gradientOf(name)]?.data ?? new Float64Array();
    const tops = new Map(network.parameters.map((name) => [name, maxAbs(dataOf(name))]));
    const far = network.parameters.map((name) => {
      const values = outputs[gradientOf(name)]?.data;
      const differences = dataOf(name).map((value, i) => value - Number(values?.[i] ?? Number.NaN));
      const isLost = differences.length === 0 || differences.some(Number.isNaN);
      return [name, isLost ? Number.NaN : maxAbs(differences) / scaleOf(tops, name)] as const;
    });
    expect(far.filter(([, relative]) => !(relative < 1e-3))).toEqual([]);
  });
});
