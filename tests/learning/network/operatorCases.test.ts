import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { tensorFromArray } from '../../../main/learning/network/array64.ts';
import { differentiate } from '../../../main/learning/network/differentiate.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { errorFunction } from '../../../main/learning/network/ops/activation.ts';
import { ops } from '../../../main/learning/network/ops/registry.ts';
import { checkGradients, maxAbs, scalarGraph } from './gradientCheck.ts';
import { operatorCases } from './operatorCases.ts';

describe('gradients against central differences', () => {
  test.each(operatorCases)('$name', ({ inputs, write }) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => checkGradients(inputs(seed), write)),
      { numRuns: 4, seed: 20261120 },
    );
  });
});

describe('onnxruntime and the float64 reference agree', () => {
  test.each(operatorCases)('$name, and its gradient', async ({ inputs, write, since = 18 }) => {
    const { graph, feeds } = scalarGraph(inputs(7), write);
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, tensorFromArray(array)]));
    const backward = differentiate(graph, { output: 'loss', withRespectTo: Object.keys(inputs(7)) });
    // As it is, the engine runs its own kernel; differentiated, what the operator is composed of.
    for (const each of [{ ...graph, opset: Math.max(graph.opset, since) }, backward]) {
      const program = await compile(each, { device: 'cpu', threads: 1 });
      const actual = await program.run(tensors);
      await program.dispose();
      for (const [name, expected] of Object.entries(interpret(each, tensors))) {
        const values = Array.from(actual[name]?.data ?? [], Number);
        const worst = maxAbs(values.map((value, i) => value - (expected.data[i] ?? Number.NaN)));
        expect(values.length, name).toBe(expected.data.length);
        expect(worst / Math.max(maxAbs(expected.data), 1e-6), name).toBeLessThan(1e-4);
      }
    }
  });
});

test('every composed operator has a case', () => {
  const composed = [...ops.values()].filter((op) => op.compose !== undefined).map((op) => op.opType);
  const covered = new Set(operatorCases.map(({ name }) => name.split(/[ ,]/)[0]));
  // What quantised networks become is checked where they are imported.
  const elsewhere = ['QuantizeLinear', 'DequantizeLinear'];
  expect(composed.filter((name) => !covered.has(name) && !elsewhere.includes(name))).toEqual([]);
});

// Values of the NIST handbook, table 7.23.
test.each([
  [0, 0],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [3.5, 0.9999992569016276],
  [-1.5, -0.9661051464753108],
])('erf(%d)', (x, expected) => {
  expect(Math.abs(errorFunction(x) - expected)).toBeLessThan(1e-15);
});
