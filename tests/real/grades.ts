/**
 * Malignancy of lung nodules as radiologists graded it, 1 to 5 (lidc-nodules, 64 x 64 slices), 5 folds by patient, pooled out
 * of fold: learned as ordered grades, and with the same network, folds and seed as five classes without an order.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DatasetRecipe } from '../../main/contract/datasets.ts';
import type { DatasetTask } from '../../main/contract/datasetTask.ts';
import { TrainingConfig } from '../../main/contract/training.ts';
import { measuredErrors } from '../../main/domain/statistics/measuredError.ts';
import { weightedKappa } from '../../main/domain/statistics/weightedKappa.ts';
import { loadCaseFrame } from '../../main/learning/dataset/greyFrame.ts';
import { openSnapshot } from '../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../main/learning/dataset/writeSnapshot.ts';
import { RunControl } from '../../main/learning/training/runControl.ts';
import { trainRun } from '../../main/learning/training/trainRun.ts';
import { evaluateClasses } from '../learning/prediction/evaluateClasses.ts';
import { dataFolder, readRows, selectionOf } from './trainOnFiles.ts';

const { values } = parseArgs({
  options: {
    architecture: { type: 'string', default: 'small-cnn' },
    epochs: { type: 'string', default: '12' },
    folds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    'learning-rate': { type: 'string', default: '0.003' },
  },
});
const corpus = path.join(dataFolder, 'lidc-nodules');
if (!existsSync(corpus)) {
  console.log(`skipped: ${corpus} is not on this machine`);
  process.exit(0);
}
const grades = ['1', '2', '3', '4', '5'];
const files = readRows(path.join(corpus, 'labels.csv')).map((row) => ({
  file: path.join(corpus, row.slice64 ?? ''),
  patientId: row.patient_id ?? '',
  className: row.Malignancy_value ?? '',
}));

async function outOfFold(task: DatasetTask): Promise<object> {
  const root = mkdtempSync(path.join(tmpdir(), 'grades-'));
  try {
    mkdirSync(path.join(root, 'models'));
    const partition = { kind: 'folds', folds: Number(values.folds) };
    const window = { center: 127.5, width: 255 };
    const recipe = DatasetRecipe.parse({ target: 'Malignancy', task, size: 64, partition, window });
    const selection = selectCases(selectionOf(files, grades), recipe);
    const createdAt = new Date().toISOString();
    const { directory } = await writeSnapshot(
      { root, selection, recipe, target: 'Malignancy', createdAt },
      loadCaseFrame,
    );
    const modelPath = path.join(root, 'models', 'model');
    const config = TrainingConfig.parse({
      ...{
        snapshot: 'real',
        architecture: values.architecture,
        epochs: Number(values.epochs),
        seed: Number(values.seed),
      },
      ...{ patience: Number(values.epochs), learningRate: Number(values['learning-rate']) },
      augmentation: { flipHorizontal: true, flipVertical: true, rotationDegrees: 45 },
    });
    const { seconds } = await trainRun(
      {
        ...{ snapshotDirectory: directory, runDirectory: path.join(root, 'run'), modelDirectory: modelPath },
        ...{ modelName: 'real', config, resume: false, codeVersion: 'real', createdAt },
      },
      { control: new RunControl(), onProgress: () => undefined },
    );
    const hooks = { progress: () => undefined, signal: new AbortController().signal };
    const result = await evaluateClasses({ modelPath, snapshotDirectory: directory, split: 'test', threads: 2 }, hooks);
    const patients = openSnapshot(directory).manifest.cases.map(({ patientId }) => patientId);
    const truths = result.cases.map(({ trueClass }) => grades.indexOf(trueClass));
    const said = result.cases.map(({ predictedClass }) => grades.indexOf(predictedClass));
    const ids = result.cases.map(({ caseIndex }) => patients[caseIndex] ?? '');
    return {
      ...{ task, cases: truths.length, patients: new Set(ids).size, seconds: Math.round(seconds) },
      kappa: weightedKappa(truths, said, ids, { grades: grades.length, seed: 1 }),
      meanAbsoluteError: measuredErrors(truths, said, ids, { range: grades.length - 1, seed: 1 })?.meanAbsolute,
      accuracy: result.evaluation.perCase.accuracy,
      confusion: result.evaluation.perCase.confusion.counts,
      ...(task === 'ordinal' && { baselines: result.baselines }),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

for (const task of ['ordinal', 'classification'] as const) console.log(JSON.stringify(await outOfFold(task)));
