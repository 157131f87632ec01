import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CamGrid } from '../../contract/models.ts';
import type { TaskHandlers } from '../../contract/transport/tasks.ts';
import { loadFrame } from '../../imaging/loadFrame.ts';
import type { ExplanationMethod } from '../explanation/explainer.ts';
import { type EvaluateModelInput, evaluateModel, type ModelEvaluation } from './evaluateModel.ts';
import { type LoadedModel, loadModel } from './loadModel.ts';
import { predictFrame } from './predictFrame.ts';

export interface PredictRequest {
  /** Model folder or .onnx file. */
  readonly modelPath: string;
  readonly address: string;
  readonly frameNumber: number;
  readonly lesionCentre?: readonly [column: number, row: number];
  readonly cam: ExplanationMethod | 'none';
  readonly className?: string;
  readonly threads: number;
}

export interface PredictOutput {
  readonly classes: readonly string[];
  readonly scores: readonly number[];
  readonly predicted: string;
  readonly threshold?: number;
  readonly cam?: CamGrid;
}

/** What a learning worker does with finished models. */
export type PredictionTasks = {
  predict: { input: PredictRequest; output: PredictOutput };
  evaluate: { input: EvaluateModelInput; output: ModelEvaluation; progress: { fraction: number; message: string } };
};

export const predictionTasks: TaskHandlers<PredictionTasks> = {
  predict: async (request) => {
    const model = await modelAt(request.modelPath, request.threads);
    const frame = await loadFrame(request.address, request.frameNumber);
    const { picture: _, ...prediction } = await predictFrame(model, frame, request);
    return { classes: model.card.classes, ...prediction };
  },
  evaluate: (input, { progress, signal }) => evaluateModel(input, { progress, signal }),
};

/** The model used last stays compiled, so that the next image costs one run only. A changed file is loaded anew. */
let last: { readonly key: string; readonly model: LoadedModel } | undefined;

async function modelAt(path: string, threads: number): Promise<LoadedModel> {
  const facts = await stat(path).catch(() => undefined);
  const file = facts?.isDirectory() ? await stat(join(path, 'model-card.json')).catch(() => undefined) : facts;
  const key = `${path} ${file?.mtimeMs} ${file?.size} ${threads}`;
  if (last?.key === key) return last.model;
  await last?.model.dispose();
  last = { key, model: loadModel(path, { device: 'cpu', threads }) };
  return last.model;
}
