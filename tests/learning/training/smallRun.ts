import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TrainingConfig } from '../../../main/contract/training.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import type { TrainInput, TrainProgress } from '../../../main/learning/training/run.ts';
import { RunControl } from '../../../main/learning/training/runControl.ts';
import { trainRun } from '../../../main/learning/training/trainRun.ts';
import { loadDisc, recipe, twoClasses } from '../dataset/syntheticSelection.ts';

export const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'training-'));

/** A snapshot of discs, small and large, 16 x 16 pixels. */
export async function discSnapshot(root: string, patients: number, extra: object = {}): Promise<string> {
  const how = recipe(extra);
  const selection = selectCases(twoClasses(patients), how);
  const request = { root, selection, recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' };
  return (await writeSnapshot(request, loadDisc)).directory;
}

export const smallConfig = (extra: object = {}): TrainingConfig =>
  TrainingConfig.parse({
    snapshot: 'discs',
    architecture: 'small-cnn',
    epochs: 3,
    batchSize: 4,
    threads: 1,
    ...extra,
  });

export const runInput = (
  root: string,
  name: string,
  snapshotDirectory: string,
  config?: TrainingConfig,
): TrainInput => ({
  snapshotDirectory,
  runDirectory: path.join(root, name),
  modelDirectory: path.join(root, `${name}-model`),
  modelName: 'Discs',
  ...(config && { config }),
  resume: !config,
  codeVersion: 'test',
  createdAt: '2026-01-01T00:00:00Z',
});

export function train(
  input: TrainInput,
  onProgress: (p: TrainProgress, control: RunControl) => void = () => undefined,
) {
  const control = new RunControl();
  return trainRun(input, { control, onProgress: (progress) => onProgress(progress, control) });
}
