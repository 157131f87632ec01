import { tmpdir } from 'node:os';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { compile } from '../main/learning/engine/compile.ts';
import { architectureOf } from '../main/learning/network/architectures/registry.ts';
import { buildInference } from '../main/learning/network/inference.ts';
import { encode } from '../main/learning/network/onnx/encode.ts';
import type { FormsHere } from '../main/learning/network/ops/forms.ts';
import { StateBuffers } from '../main/learning/network/stateBuffers.ts';
import { float32, type Tensors } from '../main/learning/network/tensor.ts';
import { buildTrainStep, hyperFeeds, initialState, maskFeeds, nextState } from '../main/learning/network/trainStep.ts';

import { Lowerings } from '../main/learning/training/lowerings.ts';

export interface StepShape {
  readonly architecture: string;
  readonly size: number;
  readonly batch: number;
  readonly threads: number;
  /** `cpu`: the time that the process has had cores, whatever others did meanwhile. */
  readonly clock: 'wall' | 'cpu';
  /** As `train --lowering`. */
  readonly lowering: 'measured' | 'usual';
}

export interface Steps {
  /** Seconds of one step. */
  step(): Promise<number>;
  dispose(): Promise<void>;
}

const optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decay: 'l2' } as const;

async function seconds({ clock }: StepShape, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return clock === 'cpu' ? (user + system) / 1e6 : (performance.now() - start) / 1000;
}

function images({ batch, size }: StepShape) {
  const pixels = Float32Array.from({ length: batch * 3 * size * size }, (_, i) => Math.sin(i * 12.9898) * 2);
  return float32([batch, 3, size, size], pixels);
}

const networkOf = ({ architecture }: StepShape) =>
  architectureOf(architecture).build({ channels: 3, classes: 2, seed: 1 });

/** Trials are made once for all rounds: their results are kept beside other files that may go. */
function lowerings({ lowering, threads }: StepShape): Lowerings | undefined {
  if (lowering === 'usual') return undefined;
  const file = path.join(tmpdir(), 'groundglass-bench-lowerings.json');
  return new Lowerings({ threads, recorded: [], file, record: () => undefined, tell: () => undefined });
}

/** The very program that a training runs, without the reading of pictures. */
export async function trainSteps(shape: StepShape, profilePrefix?: string): Promise<Steps> {
  const { batch, size, threads } = shape;
  const network = networkOf(shape);
  const inputShape = [3, size, size] as const;
  const built = (forms?: FormsHere) =>
    buildTrainStep(network, {
      ...{ batchSize: batch, inputShape, optimizer, trainable: network.parameters, ...(forms && { forms }) },
    });
  const forms = await lowerings(shape)?.formsFor((offered) => built(offered).questions);
  const step = built(forms);
  const options = {
    device: 'cpu',
    threads,
    isWrittenInto: true,
    ...(profilePrefix !== undefined && { profilePrefix }),
  };
  const program = await compile(step.graph, options);
  const x = images(shape);
  const y = float32(
    [batch, 2],
    Float32Array.from({ length: batch * 2 }, (_, i) => Number((i >> 1) % 2 === i % 2)),
  );
  const sampleWeight = float32([batch], new Float32Array(batch).fill(1));
  let state: Tensors = initialState(step, network);
  const buffers = new StateBuffers(step);
  buffers.adopt(step.state.flatMap(({ name, role }) => (role === 'slot' ? (state[name] ?? []) : [])));
  let stepNumber = 0;
  const once = async () => {
    stepNumber += 1;
    const hyper = hyperFeeds(step, { learningRate: 1e-3, stepNumber });
    const masks = maskFeeds(step, 1, stepNumber);
    const into = buffers.outputsFor(step, state);
    state = nextState(step, await program.run({ x, y, sampleWeight, ...hyper, ...masks, ...state }, into));
  };
  return { step: () => seconds(shape, once), dispose: () => program.dispose() };
}

export async function inferenceSteps(shape: StepShape): Promise<Steps> {
  const program = await compile(buildInference(networkOf(shape)), { device: 'cpu', threads: shape.threads });
  const image = images(shape);
  return { step: () => seconds(shape, () => program.run({ image })), dispose: () => program.dispose() };
}

/** The same graph in a session of onnxruntime's own, with its defaults but for the number of threads. */
export async function bareInferenceSteps(shape: StepShape): Promise<Steps> {
  const session = await ort.InferenceSession.create(encode(buildInference(networkOf(shape))), {
    intraOpNumThreads: shape.threads,
  });
  const { data, shape: extents } = images(shape);
  const image = new ort.Tensor('float32', Float32Array.from(data as Float32Array), extents);
  return { step: () => seconds(shape, () => session.run({ image })), dispose: () => session.release() };
}
