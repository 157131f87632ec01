import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { tensorFromArray } from '../../../main/learning/network/array64.ts';
import type { Graph } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { buildGradCam, buildInference } from '../../../main/learning/network/inference.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import { trainableAfter } from '../../../main/learning/network/network.ts';
import type { Tensors } from '../../../main/learning/network/tensor.ts';
import { float32 } from '../../../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState } from '../../../main/learning/network/trainStep.ts';
import { maxAbs, randomArray } from '../network/gradientCheck.ts';

const cpu = { device: 'cpu', threads: 1 };

/** Every output of the engine within 1e-4 of the tensor's maximum in the float64 reference. */
async function agrees(graph: Graph, feeds: Tensors): Promise<void> {
  const program = await compile(graph, cpu);
  const actual = await program.run(feeds);
  const expected = interpret(graph, feeds);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, reference] of Object.entries(expected)) {
    expect(actual[name]?.shape, name).toEqual(reference.shape);
    const values = Array.from(actual[name]?.data ?? [], Number);
    const worst = maxAbs(values.map((value, i) => value - (reference.data[i] ?? Number.NaN)));
    expect(worst / Math.max(maxAbs(reference.data), 1e-6), name).toBeLessThan(1e-4);
  }
  await program.dispose();
}

const image = (shape: readonly number[], seed: number) => tensorFromArray(randomArray(shape, seed));
const labels = float32([3, 2], [1, 0, 0, 1, 1, 0]);

describe('onnxruntime against the float64 reference', () => {
  test.each(['adam', 'sgd'] as const)('a whole training step with %s', async (kind) => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 3 });
    const decay = { weightDecay: 0.01, decay: 'decoupled' as const };
    const optimizer =
      kind === 'adam'
        ? { kind, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, ...decay }
        : { kind, momentum: 0.9, nesterov: true, ...decay };
    const inputShape = [1, 20, 16] as const;
    const step = buildTrainStep(network, { batchSize: 3, inputShape, optimizer, trainable: network.parameters });
    await agrees(step.graph, {
      x: image([3, ...inputShape], 1),
      y: labels,
      sampleWeight: float32([3], [1, 0.5, 2]),
      ...hyperFeeds(step, { learningRate: 0.05, stepNumber: 2 }),
      ...initialState(step, network),
    });
  });

  // The float64 reference takes half a minute for this on a busy machine.
  test('ResNet-18 from its third stage on, and Grad-CAM', { timeout: 240_000 }, async () => {
    const network = architectureOf('resnet18').build({ channels: 1, classes: 2, seed: 3 });
    // At 48 px the last stage normalises over 8 values per channel; over fewer, float32 itself is not good to 1e-4.
    const options = { batchSize: 2, inputShape: [1, 48, 48] as const };
    const optimizer = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decay: 'l2' } as const;
    const trainable = trainableAfter(network, 'layer3');
    const step = buildTrainStep(network, { ...options, optimizer, trainable });
    expect(step.state.some((entry) => entry.name.startsWith('layer3'))).toBe(false);
    const x = image([2, 1, 48, 48], 1);
    const y = float32([2, 2], [1, 0, 0, 1]);
    const weights = { sampleWeight: float32([2], [1, 1]), y };
    const state = { ...hyperFeeds(step, { learningRate: 0.1, stepNumber: 1 }), ...initialState(step, network) };
    await agrees(step.graph, { x, ...weights, ...state });
    await agrees(buildGradCam(network, 'layer2', options), { image: x, classWeight: y });
    await agrees(buildInference(network, { features: ['layer4'] }), { image: x });
  });
});

describe('the engine', () => {
  test('refuses unknown devices and engines', async () => {
    const builder = new GraphBuilder();
    builder.input('a', 'float32', [1]);
    const graph = builder.build({ b: builder.op('Neg', ['a']) });
    const refused = expect.objectContaining({ code: 'unsupported-device' });
    await expect(compile(graph, { device: 'abacus', threads: 1 })).rejects.toEqual(refused);
    await expect(compile(graph, { ...cpu, engine: 'none' })).rejects.toEqual(refused);
  });

  test('says when memory is short, and goes on working', async () => {
    const builder = new GraphBuilder();
    builder.input('a', 'float32', [1]);
    const huge = builder.op('Expand', ['a', builder.ints([1 << 22, 1 << 22])]);
    const graph = builder.build({ b: builder.op('ReduceSum', [builder.op('Exp', [huge])]) });
    const program = await compile(graph, cpu);
    const run = program.run({ a: float32([1], [1]) });
    await expect(run).rejects.toEqual(expect.objectContaining({ code: 'out-of-memory' }));
    await program.dispose();
  });

  test('refuses data of another shape', async () => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 3 });
    const program = await compile(buildInference(network), cpu);
    const run = program.run({ image: image([1, 3, 32, 32], 1) });
    await expect(run).rejects.toEqual(expect.objectContaining({ code: 'shape-mismatch' }));
    await program.dispose();
  });
});
