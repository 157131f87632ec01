import type { z } from 'zod';
import { Augmentation } from '../../contract/augmentation.ts';
import type { SettingsSearch } from '../../contract/search.ts';
import { TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { shuffled } from '../../domain/random.ts';
import { openSnapshot, type Snapshot } from '../dataset/openSnapshot.ts';
import { lastDepthColumns } from '../heads/featureNetwork.ts';
import type { FeatureTable, LabelledFeatures } from '../heads/featureTable.ts';
import type { HeadProblem } from '../heads/fitHead.ts';
import { caseWeights, foldFeatures } from '../heads/headProblem.ts';
import { chooseEngine } from '../training/engineChoice.ts';
import { pictureSource } from '../training/inputSource.ts';
import { openBackbone, refuseSeenTest, startingNetwork } from '../training/startingNetwork.ts';
import { type TrainingCases, trainingCases } from '../training/trainingCases.ts';

/** Features and answers of the training and validation cases. What a search can see: nothing of the test split. */
export interface SearchData {
  readonly cases: TrainingCases;
  readonly train: Omit<LabelledFeatures, 'weights'>;
  readonly val: Omit<LabelledFeatures, 'weights'>;
  /** Patient of each training row. */
  readonly patients: readonly string[];
  /** First column of the deepest features, those that a dense head reads. */
  readonly lastDepthFrom: number;
  readonly seed: number;
}

/** The snapshot with its test pictures locked: reading one is a bug. */
export function withoutTest(snapshot: Snapshot): Snapshot {
  const { splits } = snapshot;
  if (splits.kind === 'folds')
    throw new AppError(
      'invalid-input',
      'Here every patient tests some fold, so a search would look at test patients. Search on a dataset with one split; the fitted heads choose their settings inside every fold by themselves.',
    );
  const { parts } = splits;
  const levelsOf = (caseIndex: number) => {
    if (parts[caseIndex] === 'test') throw new Error('a search must not read a test case');
    return snapshot.levelsOf(caseIndex);
  };
  return { ...snapshot, levelsOf };
}

export interface SearchDataInput {
  readonly snapshotDirectory: string;
  readonly request: z.output<typeof SettingsSearch>;
  readonly backbonePath?: string;
  readonly onBatch: (message: string, fraction: number) => void;
}

/** Runs the frozen base once over training and validation cases. */
export async function searchData({
  snapshotDirectory,
  request,
  backbonePath,
  onBatch,
}: SearchDataInput): Promise<SearchData> {
  const snapshot = withoutTest(openSnapshot(snapshotDirectory));
  const { architecture, backbone, seed, threads } = request;
  const config = TrainingConfig.parse({
    ...{ snapshot: 'search', mode: 'features', architecture, backbone, seed },
    ...(threads !== undefined && { threads }),
  });
  const opened = backbonePath === undefined ? undefined : openBackbone(backbonePath);
  if (opened) refuseSeenTest(snapshot, opened);
  const start = startingNetwork(config, snapshot, opened);
  const cases = trainingCases(snapshot);
  const { preprocessing } = snapshot.manifest;
  const source = pictureSource(snapshot.levelsOf, preprocessing, Augmentation.parse({}), seed, 0);
  const engine = chooseEngine({ engine: 'auto', device: 'cpu', ...(threads !== undefined && { threads }) });
  const { problem } = await foldFeatures(start, source, cases, { engine, seed, classWeights: false, onBatch });
  const { columns } = problem.train.features;
  return {
    cases,
    train: problem.train,
    val: problem.val,
    patients: cases.train.map((i) => cases.patientIds[i] ?? ''),
    lastDepthFrom: columns - lastDepthColumns(start, source.shape),
    seed,
  };
}

function rowsOf({ data, columns }: FeatureTable, rows: readonly number[]): FeatureTable {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    out.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  return { data: out, rows: rows.length, columns };
}

/** Rows of a share of the training patients; the same for every trial, and at least one of each class. */
function shareOfPatients({ train, patients, seed }: SearchData, share: number): readonly number[] {
  const all = [...patients.keys()];
  if (share >= 1) return all;
  const order = shuffled([...new Set(patients)].sort(), seed, 'share');
  const wanted = new Set(order.slice(0, Math.max(2, Math.ceil(share * order.length))));
  for (const k of new Set(train.classes)) {
    const isThere = all.some((row) => wanted.has(patients[row] ?? '') && train.classes[row] === k);
    const first = order.find((id) => all.some((row) => patients[row] === id && train.classes[row] === k));
    if (!isThere && first !== undefined) wanted.add(first);
  }
  return all.filter((row) => wanted.has(patients[row] ?? ''));
}

/** The problem that a trial solves: a share of the training patients, cases weighed as it says. */
export function problemOf(data: SearchData, share: number, classWeights: boolean): HeadProblem {
  const { cases, train, val, seed } = data;
  const classCount = cases.classes.length;
  const weights = caseWeights(train.classes, classCount, classWeights);
  // Validation always weighs the classes alike: losses of different trials are compared.
  const balanced = caseWeights(train.classes, classCount, true);
  const rows = shareOfPatients(data, share);
  const classes = rows.map((row) => train.classes[row] ?? 0);
  return {
    train: { features: rowsOf(train.features, rows), classes, weights: classes.map((k) => weights[k] ?? 1) },
    val: { ...val, weights: val.classes.map((k) => balanced[k] ?? 1) },
    ...{ classCount, seed },
  };
}
