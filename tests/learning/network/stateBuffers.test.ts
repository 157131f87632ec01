import { describe, expect, it } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { StateBuffers, writtenInPlace } from '../../../main/learning/network/stateBuffers.ts';
import { float32, float32Data, type Tensors } from '../../../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, nextState } from '../../../main/learning/network/trainStep.ts';

const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 3 });
const optimizer = {
  kind: 'adam',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  decay: 'decoupled',
} as const;
const step = buildTrainStep(network, {
  ...{ batchSize: 4, inputShape: [1, 16, 16], trainable: network.parameters, averageDecay: 0.9, optimizer },
});
const batch = {
  x: float32(
    [4, 1, 16, 16],
    Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i)),
  ),
  y: float32([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]),
  sampleWeight: float32([4], [1, 1, 1, 1]),
};
const copy = (state: Tensors) =>
  Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, float32Data(tensor).slice()]));

/** The state after some steps, with or without buffers. */
async function train(start: Tensors, steps: number, buffers?: StateBuffers): Promise<Tensors> {
  const program = await compile(step.graph, { device: 'cpu', threads: 1 });
  let state = start;
  for (let stepNumber = 1; stepNumber <= steps; stepNumber++) {
    const hyper = hyperFeeds(step, { learningRate: 0.01, stepNumber });
    state = nextState(step, await program.run({ ...batch, ...hyper, ...state }, buffers?.outputsFor(step, state)));
  }
  await program.dispose();
  return state;
}

describe('the state of a training', () => {
  it('is the same bit by bit when steps write over it', async () => {
    const plain = copy(await train(initialState(step, network), 5));
    expect(copy(await train(initialState(step, network), 5, new StateBuffers(step)))).toEqual(plain);
  });

  it('leaves alone what came from elsewhere', async () => {
    const start = initialState(step, network);
    const before = copy(start);
    await train(start, 3, new StateBuffers(step));
    expect(copy(start)).toEqual(before);
  });

  it('needs no new arrays after the second step', () => {
    const buffers = new StateBuffers(step);
    const seen = new Set<unknown>();
    let state = initialState(step, network);
    for (let i = 0; i < 6; i++) {
      const outputs = buffers.outputsFor(step, state);
      state = nextState(step, outputs);
      for (const tensor of Object.values(state)) seen.add(tensor.data);
    }
    const twice = step.state.filter(({ name }) => !writtenInPlace(step.graph, [name]).has(name));
    expect(seen.size).toBe(step.state.length + twice.length);
  });

  it('is written over only where nothing can read the old value later', () => {
    const inPlace = writtenInPlace(
      step.graph,
      step.state.map(({ name }) => name),
    );
    for (const { name, role } of step.state) {
      if (role === 'slot' || role === 'average' || role === 'statistic') expect(inPlace).toContain(name);
    }
    // The gradient at the images of a layer reads its weights, in whatever order.
    const [inner] = network.parameters.filter((name) => name.includes('conv') || name.endsWith('weight')).slice(1);
    expect(inPlace).not.toContain(inner);
  });
});
