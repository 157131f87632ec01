import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { blockLength } from '../../../main/learning/engine/forms/blockLength.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import type { FormChoices } from '../../../main/learning/network/ops/forms.ts';
import { float32, float32Data, type Tensors } from '../../../main/learning/network/tensor.ts';
import {
  buildTrainStep,
  hyperFeeds,
  initialState,
  maskFeeds,
  nextState,
} from '../../../main/learning/network/trainStep.ts';
import { maxAbs } from './gradientCheck.ts';

const [batchSize, size] = [4, 64];
const optimizer = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0, decay: 'l2' } as const;
const block = await blockLength();
const here = block === undefined ? {} : { block };

/**
 * The state after one step: velocities are then the gradients.
 * @param wanted beginnings of forms to take where offered
 * @param scale of the pictures
 */
async function stateAfter(architecture: string, wanted?: readonly string[], scale = 1): Promise<Tensors> {
  const network = architectureOf(architecture).build({ channels: 3, classes: 2, seed: 1 });
  const options = { batchSize, inputShape: [3, size, size] as const, optimizer, trainable: network.parameters };
  const choices: Record<string, string> = {};
  if (wanted)
    for (const { key, forms } of buildTrainStep(network, { ...options, forms: { choices: {}, ...here } }).questions) {
      const taken = wanted.flatMap((start) => Object.keys(forms).filter((form) => form.startsWith(start)))[0];
      if (taken !== undefined) choices[key] = taken;
    }
  const forms = wanted ? { choices: choices satisfies FormChoices, ...here } : undefined;
  const step = buildTrainStep(network, { ...options, ...(forms && { forms }) });
  const program = await compile(step.graph, { device: 'cpu', threads: 1 });
  const pixels = Float32Array.from(
    { length: batchSize * 3 * size * size },
    (_, i) => Math.sin(i * 12.9898) * 2 * scale,
  );
  const feeds = {
    ...initialState(step, network),
    ...hyperFeeds(step, { learningRate: 1e-2, stepNumber: 1 }),
    ...maskFeeds(step, 1, 1),
    x: float32([batchSize, 3, size, size], pixels),
    y: float32([batchSize, 2], [1, 0, 0, 1, 1, 0, 0, 1]),
    sampleWeight: float32([batchSize], [1, 1, 1, 1]),
  };
  const state = nextState(step, await program.run(feeds));
  await program.dispose();
  return state;
}

const worst = (a: Tensors, b: Tensors, name: string) => {
  const values = float32Data(b[name]);
  return maxAbs(Float64Array.from(float32Data(a[name]), (value, i) => value - (values[i] ?? Number.NaN)));
};

/**
 * Residuals, activations and both kinds of convolution. Deep networks magnify rounding: what other forms do to a gradient
 * is held against what a last digit of the pictures does.
 */
describe.each(['small-cnn', 'mobilenet-v2'])('%s', (architecture) => {
  test('has the same gradients in blocks', { timeout: 120_000 }, async () => {
    const usual = await stateAfter(architecture);
    const nearby = await stateAfter(architecture, undefined, 1 + 1e-6);
    const other = await stateAfter(architecture, ['in blocks', 'taps gathered']);
    expect(Object.keys(other).sort()).toEqual(Object.keys(usual).sort());
    for (const name of Object.keys(usual)) {
      const most = maxAbs(float32Data(usual[name]));
      const allowed = Math.max(1e-3 * most, 10 * worst(usual, nearby, name), 1e-7);
      expect(worst(usual, other, name), name).toBeLessThan(allowed);
    }
  });
});
