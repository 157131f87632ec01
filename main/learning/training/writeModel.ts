import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Augmentation } from '../../contract/augmentation.ts';
import type { ModelCard } from '../../contract/models.ts';
import type { Interval } from '../../contract/values.ts';
import { labelThresholds } from '../../domain/statistics/labelThresholds.ts';
import { chooseThreshold } from '../../domain/statistics/thresholdRule.ts';
import { canonicalJson, sha256Hex } from '../dataset/canonicalJson.ts';
import { asDiskError, syncDirectory, writeDurably } from '../dataset/durableFile.ts';
import type { SnapshotIndex } from '../dataset/openSnapshot.ts';
import { pixelHashesOf } from '../dataset/snapshotManifest.ts';
import { encodeNetwork, type Network } from '../network/network.ts';
import type { Backbone } from './startingNetwork.ts';
import {
  aurocIntervalOf,
  errorIntervalOf,
  kappaIntervalOf,
  labelIntervalOf,
  type TrainingCases,
} from './trainingCases.ts';

/** Validation scores of a trained network, by case of the snapshot. */
export interface ValidatedCases {
  readonly cases: TrainingCases;
  readonly loss: number;
  readonly scores: readonly (readonly number[])[];
}

const intendedUse =
  'Research use only, not a medical device. Valid at most for images like those of the dataset it was trained on.';

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** What training and validation have seen, hashed: patients under all their names, pixels of file and frame. */
function seenIn(snapshot: SnapshotIndex, folds: readonly ValidatedCases[], backbone: Backbone | undefined) {
  const indices = new Set(folds.flatMap(({ cases }) => [...cases.train, ...cases.val]));
  const cases = snapshot.manifest.cases.filter((_, i) => indices.has(i));
  const patients = cases.flatMap((c) => [c.patientId, ...(c.linkedIds ?? [])]).map((id) => sha256Hex(id));
  const pixels = cases.flatMap(pixelHashesOf);
  return {
    seenPatients: distinct([...patients, ...(backbone?.seenPatients ?? [])]),
    seenPixels: distinct([...pixels, ...(backbone?.seenPixels ?? [])]),
  };
}

/** Validation cases of all folds together; a case that validates two folds counts twice, its patient once. */
function pooled(folds: readonly ValidatedCases[]) {
  return {
    scores: folds.flatMap((fold) => fold.scores),
    truths: folds.flatMap(({ cases }) => cases.val.map((i) => cases.truths[i] ?? 0)),
    patientIds: folds.flatMap(({ cases }) => cases.val.map((i) => cases.patientIds[i] ?? '')),
    loss: folds.reduce((sum, fold) => sum + fold.loss, 0) / folds.length,
  };
}

export interface CardFacts {
  readonly name: string;
  readonly architecture: string;
  readonly snapshot: SnapshotIndex;
  readonly folds: readonly ValidatedCases[];
  readonly isEnsemble: boolean;
  readonly augmentation?: Augmentation;
  readonly pooling?: ModelCard['pooling'];
  readonly backbone?: Backbone | undefined;
}

/** Answers of the validation cases to the labels, in the order of `pooled`. */
const pooledAnswers = (folds: readonly ValidatedCases[]) =>
  folds.flatMap(({ cases }) => cases.val.map((i) => cases.answers?.[i] ?? []));

type Validation = Omit<NonNullable<ModelCard['validation']>, 'loss'>;

/** The figure that the task is judged by, over the validation cases of all folds. */
function validationFigure({ manifest }: SnapshotIndex, folds: readonly ValidatedCases[]): Validation {
  const { scores, truths, patientIds } = pooled(folds);
  const { recipe, classes, number } = manifest;
  if (recipe.task === 'regression') {
    const range = number ? number.maximum - number.minimum : 1;
    const meanAbsoluteError = errorIntervalOf(scores, truths, patientIds, range);
    return meanAbsoluteError ? { meanAbsoluteError } : {};
  }
  if (recipe.task === 'multi-label') {
    const auroc = labelIntervalOf(scores, pooledAnswers(folds), patientIds);
    return auroc ? { auroc } : {};
  }
  if (recipe.task === 'ordinal') {
    const kappa = kappaIntervalOf(scores, truths, patientIds, classes.length);
    return kappa ? { kappa } : {};
  }
  const auroc: Interval | undefined = aurocIntervalOf(scores, truths, patientIds, folds[0]?.cases ?? {});
  return auroc ? { auroc } : {};
}

/** Each label with its threshold, chosen on the validation cases of all folds together. */
function labelsOf(names: readonly string[], scores: ValidatedCases['scores'], folds: readonly ValidatedCases[]) {
  const thresholds = labelThresholds(names.length, scores, pooledAnswers(folds));
  return names.map((name, i) => ({ name, threshold: thresholds[i] ?? { value: 0.5, rule: 'fixed at 0.5' } }));
}

/** Threshold and metrics come from validation cases alone. */
export function modelCard(facts: CardFacts): ModelCard {
  const { name, architecture, snapshot, folds } = facts;
  const { manifest } = snapshot;
  const { scores, truths, loss } = pooled(folds);
  const positive = folds[0]?.cases.positive;
  const { task } = manifest.recipe;
  const standardisedBy = folds.flatMap(({ cases }) => cases.standard ?? []);
  const column = positive === undefined ? [] : scores.map((row) => row[positive] ?? 0);
  const threshold = chooseThreshold(
    { kind: 'youden' },
    column,
    truths.slice(0, column.length).map((truth) => truth === positive),
  );
  return {
    ...{ name, task, architecture, classes: manifest.classes, unit: manifest.unit },
    ...(manifest.positive !== undefined && { positive: manifest.positive }),
    preprocessing: manifest.preprocessing,
    ...(positive !== undefined && threshold && { threshold }),
    ...(task === 'multi-label' && { labels: labelsOf(manifest.classes, scores, folds) }),
    ...(manifest.number && { number: { ...manifest.number, standardisedBy } }),
    snapshotHash: manifest.hash,
    ...seenIn(snapshot, folds, facts.backbone),
    ...(facts.isEnsemble && { folds: folds.length }),
    ...(facts.pooling && { pooling: facts.pooling }),
    ...(facts.augmentation && { augmentation: facts.augmentation }),
    validation: { loss, ...validationFigure(snapshot, folds) },
    intendedUse,
  };
}

/**
 * A model folder: model.onnx, fold-k.onnx of an ensemble, model-card.json. Neither holds a date, a path or a run. It
 * appears whole; one that an interrupted attempt left is replaced.
 */
export function writeModel(
  directory: string,
  network: Network,
  folds: readonly Network[],
  card: ModelCard,
  /** Text files that belong to it, by name. */
  others: Readonly<Record<string, string>> = {},
): void {
  const temporary = `${directory}.making-${process.pid}`;
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    writeDurably(path.join(temporary, 'model.onnx'), encodeNetwork(network));
    for (const [k, fold] of folds.entries())
      writeDurably(path.join(temporary, `fold-${k + 1}.onnx`), encodeNetwork(fold));
    for (const [name, text] of Object.entries(others)) writeDurably(path.join(temporary, name), text);
    writeDurably(path.join(temporary, 'model-card.json'), canonicalJson(card, 1));
    rmSync(directory, { recursive: true, force: true });
    renameSync(temporary, directory);
    syncDirectory(path.dirname(directory));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw asDiskError(error);
  }
}
