import { describe, expect, test } from 'vitest';
import { compile } from '../../../../main/learning/engine/compile.ts';
import { fixedStep, referenceLosses } from '../../../../main/learning/engine/self-test/fixedTraining.ts';
import { TensorFlowProgram } from '../../../../main/learning/engine/tensorflow/program.ts';
import { architectureOf } from '../../../../main/learning/network/architectures/registry.ts';
import { arrayFromTensor, tensorFromArray } from '../../../../main/learning/network/array64.ts';
import { buildGradCam, buildInference } from '../../../../main/learning/network/inference.ts';
import { float32, float32Data } from '../../../../main/learning/network/tensor.ts';
import { hyperFeeds, nextState } from '../../../../main/learning/network/trainStep.ts';
import { randomArray } from '../../network/gradientCheck.ts';
import { differences, runOnce, tf } from './backend.ts';

describe('training on TensorFlow.js', () => {
  test('two steps give the losses of the float64 reference, and memory stays flat', {
    timeout: 120_000,
  }, async () => {
    const { step, feeds, start } = fixedStep('tensorflow');
    const program = new TensorFlowProgram(tf, step.graph);
    let state = start;
    const kept: number[] = [];
    for (const [i, expected] of referenceLosses.slice(0, 2).entries()) {
      const outputs = await program.run({
        ...feeds,
        ...hyperFeeds(step, { learningRate: 1e-3, stepNumber: i + 1 }),
        ...state,
      });
      expect(Math.abs((float32Data(outputs.loss)[0] ?? Number.NaN) / expected - 1)).toBeLessThan(1e-3);
      state = nextState(step, outputs);
      kept.push(tf.memory().numTensors);
    }
    expect(new Set(kept).size).toBe(1);
    await program.dispose();
  });

  test('Grad-CAM, and features in use', { timeout: 120_000 }, async () => {
    const network = architectureOf('small-cnn').build({ channels: 3, classes: 2, seed: 3 });
    const layer = network.featureLayers.at(-1) ?? '';
    const options = { batchSize: 1, inputShape: [3, 40, 40] as const, lowering: 'plain' as const };
    const image = tensorFromArray(randomArray([1, 3, 40, 40], 1));
    const graphs = [
      [buildGradCam(network, layer, options), { image, classWeight: float32([1, 2], [0, 1]) }],
      [buildInference(network, { features: [layer] }), { image }],
    ] as const;
    for (const [graph, feeds] of graphs) {
      const program = await compile(graph, { device: 'cpu', threads: 1 });
      const expected = await program.run(feeds);
      await program.dispose();
      const arrays = Object.fromEntries(
        Object.entries(expected).map(([name, tensor]) => [name, arrayFromTensor(tensor)]),
      );
      const far = Object.entries(differences(await runOnce(graph, feeds), arrays));
      expect(far.filter(([, relative]) => !(relative < 1e-4))).toEqual([]);
    }
  });
});
