import { expect, test } from 'vitest';
import { interpret } from '../../../../main/learning/network/interpret.ts';
import { maxAbs } from '../../network/gradientCheck.ts';
import { fixtureOf, fixtures, gradientOf, scaleOf, stepOf, widened } from '../../network/pytorchFixture.ts';
import { isNative, runOnce } from './backend.ts';

/**
 * Those that between them have every way of joining layers: the others differ in how often. The plain JavaScript backend
 * is a hundred times slower than a library.
 */
const few = ['small-cnn', 'resnet18', 'googlenet', 'mobilenet-v2', 'mobilenet-v3-small', 'densenet121'];
const networks = isNative ? Object.keys(fixtures.networks) : few;

test.each(networks)('%s: every gradient within 1e-3 of the float64 reference', { timeout: 600_000 }, async (id) => {
  const fixture = widened(id, fixtureOf(id));
  const { network, step, feeds } = stepOf(id, fixture, 'plain');
  const exact = interpret(step.graph, feeds);
  const outputs = await runOnce(step.graph, feeds);
  const dataOf = (name: string) => exact[gradientOf(name)]?.data ?? new Float64Array();
  const tops = new Map(network.parameters.map((name) => [name, maxAbs(dataOf(name))]));
  const far = network.parameters.map((name) => {
    const values = outputs[gradientOf(name)]?.data;
    const apart = dataOf(name).map((value, i) => value - Number(values?.[i] ?? Number.NaN));
    const isLost = apart.length === 0 || apart.some(Number.isNaN);
    return [name, isLost ? Number.NaN : maxAbs(apart) / scaleOf(tops, name)] as const;
  });
  expect(far.filter(([, relative]) => !(relative < 1e-3))).toEqual([]);
});
