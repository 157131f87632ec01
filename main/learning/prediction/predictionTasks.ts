import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { DeviceTest } from '../../contract/devices.ts';
import type { CamGrid, ModelCard, ModelInspection, Preprocessing } from '../../contract/models.ts';
import type { NetworkDescription } from '../../contract/networks.ts';
import type { TestTimeAugmentation } from '../../contract/testTimeAugmentation.ts';
import type { TaskHandlers } from '../../contract/transport/tasks.ts';
import { type SelfTestReport, selfTest } from '../engine/self-test/selfTest.ts';
import { type DeviceTestProgress, testDevice } from '../engine/self-test/testDevice.ts';
import { type LoadedFacts, loadedFacts, loadTensorFlow } from '../engine/tensorflow/loadTensorFlow.ts';
import type { ExplanationMethod } from '../explanation/explainer.ts';
import { type DescribeModelInput, describeModel } from './describeModel.ts';
import { type EvaluateModelInput, evaluateModel, type ModelEvaluation } from './evaluateModel.ts';
import { type ImportOnnxInput, importOnnx } from './importOnnx.ts';
import { inspectOnnx } from './inspectOnnx.ts';
import { type LoadedModel, loadModel } from './loadModel.ts';
import { type PredictFileInput, type PredictionLine, predictFile } from './predictFile.ts';
import { indexOfClass, predictCase } from './predictFrame.ts';
import { type PredictSeriesInput, predictSeries } from './predictSeries.ts';
import { type ReadSlice, readSlice, type SliceAddress } from './readSlice.ts';
import { refuseViews } from './testTimeAugmentation.ts';

export interface PredictRequest extends SliceAddress {
  /** Model folder or .onnx file. */
  readonly modelPath: string;
  readonly lesionCentre?: readonly [column: number, row: number];
  readonly cam: ExplanationMethod | 'none';
  readonly className?: string;
  readonly tta?: TestTimeAugmentation;
  readonly threads: number;
}

export interface PredictOutput {
  readonly classes: readonly string[];
  readonly scores: readonly number[];
  readonly predicted: string;
  readonly threshold?: number;
  readonly thresholds?: readonly number[];
  readonly cam?: CamGrid;
  readonly camReason?: string;
}

/** The same for the slices of a case, in order. */
export interface PredictSlicesRequest
  extends Omit<PredictRequest, 'address' | 'frameNumber' | 'channels' | 'lesionCentre'> {
  readonly frames: readonly SliceAddress[];
}

export interface PredictSlicesOutput extends Omit<PredictOutput, 'cam'> {
  readonly slices: readonly { readonly weight: number; readonly cam?: CamGrid }[];
}

/** What a learning worker does with finished models. */
export type PredictionTasks = {
  predict: { input: PredictRequest; output: PredictOutput; progress: never };
  predictSlices: { input: PredictSlicesRequest; output: PredictSlicesOutput; progress: never };
  evaluate: { input: EvaluateModelInput; output: ModelEvaluation; progress: { fraction: number; message: string } };
  /** Fails where every image would: no such model, class or kind of map. */
  prepareModel: {
    input: Pick<PredictRequest, 'modelPath' | 'cam' | 'className' | 'tta' | 'threads'>;
    /** How the pictures that the model looks at together are chosen. */
    output: { classes: readonly string[]; pictures: Pick<Preprocessing, 'slices' | 'phases'> };
    progress: never;
  };
  predictFile: { input: PredictFileInput; output: PredictionLine[]; progress: never };
  predictSeries: { input: PredictSeriesInput; output: PredictionLine; progress: never };
  /** Runs a fixed network for ten steps, on the CPU beside it. Throws `unsupported-device`. */
  selfTest: { input: { device: string; threads: number }; output: SelfTestReport; progress: never };
  /** The self-test and measurements; a device that fails is a result. */
  testDevice: { input: { device: string; threads: number }; output: DeviceTest; progress: DeviceTestProgress };
  /** Loads the TensorFlow library that is installed. Throws `unsupported-device`, or takes the process along. */
  probeTensorFlow: { input: Record<string, never>; output: LoadedFacts; progress: never };
  inspectModel: { input: { path: string }; output: z.output<typeof ModelInspection>; progress: never };
  describeModel: { input: DescribeModelInput; output: NetworkDescription; progress: never };
  importModel: { input: ImportOnnxInput; output: { card: ModelCard; sizeBytes: number }; progress: never };
};

export const predictionTasks: TaskHandlers<PredictionTasks> = {
  predict: async (request) => {
    const model = await modelAt(request.modelPath, request.threads);
    const { slices, ...prediction } = await predictCase(model, [await readSlice(request)], request);
    const cam = slices[0]?.cam;
    return { classes: model.card.classes, ...prediction, ...(cam && { cam }) };
  },
  predictSlices: async (request) => {
    const model = await modelAt(request.modelPath, request.threads);
    const read: ReadSlice[] = [];
    for (const slice of request.frames) read.push(await readSlice(slice));
    const { slices, ...prediction } = await predictCase(model, read, request);
    const told = slices.map(({ weight, cam }) => ({ weight, ...(cam && { cam }) }));
    return { classes: model.card.classes, ...prediction, slices: told };
  },
  evaluate: (input, { progress, signal }) => evaluateModel(input, { progress, signal }),
  prepareModel: async ({ modelPath, cam, className, tta, threads }) => {
    const { card, networks, preprocessing } = await modelAt(modelPath, threads);
    refuseViews(tta, card);
    if (className !== undefined) indexOfClass(card.classes, className);
    // A head without a gradient is told with every prediction; its scores are as good as any.
    if (cam !== 'none') for (const network of networks) if (!network.head) await network.explainer(cam);
    const { slices, phases } = preprocessing;
    return { classes: card.classes, pictures: { slices, phases } };
  },
  predictFile: async (input, { signal }) => predictFile(await modelAt(input.modelPath, input.threads), input, signal),
  predictSeries: async (input, { signal }) =>
    predictSeries(await modelAt(input.modelPath, input.threads), input, signal),
  selfTest: (device) => selfTest(device),
  testDevice: (device, { signal, progress }) => testDevice(device, { signal, onProgress: progress }),
  probeTensorFlow: async () => loadedFacts(await loadTensorFlow(1)),
  inspectModel: ({ path }) => inspectOnnx(path),
  describeModel: (input) => describeModel(input),
  importModel: (input) => importOnnx(input),
};

/** The model used last stays compiled, so that the next image costs one run only. A changed file is loaded anew. */
let last: { readonly key: string; readonly model: LoadedModel } | undefined;

async function modelAt(path: string, threads: number): Promise<LoadedModel> {
  const facts = await stat(path).catch(() => undefined);
  const file = facts?.isDirectory() ? await stat(join(path, 'model-card.json')).catch(() => undefined) : facts;
  const key = `${path} ${file?.mtimeMs} ${file?.size} ${threads}`;
  if (last?.key === key) return last.model;
  const former = last;
  last = undefined; // a model that cannot be loaded must not leave a disposed one to be found
  await former?.model.dispose();
  const model = loadModel(path, { device: 'cpu', threads });
  last = { key, model };
  return model;
}
