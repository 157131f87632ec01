import type { CamGrid, Preprocessing } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { planeAffine, planeNormal } from '../../domain/geometry.ts';
import type { FrameImage } from '../../domain/imageTypes.ts';
import { indexOfLargest, softmax } from '../../domain/statistics/scores.ts';
import { greyFrameOf } from '../dataset/greyFrame.ts';
import { networkInput, preprocess } from '../dataset/preprocess.ts';
import { decideClass } from '../evaluation/predictedCase.ts';
import type { Grid } from '../explanation/classActivation.ts';
import { gridToPatientAffine, gridToPixelAffine, type PixelAffine } from '../explanation/gridGeometry.ts';
import { type CamMethod, explainPicture } from './explainPicture.ts';
import type { LoadedModel } from './loadModel.ts';

export interface PredictOptions {
  /** [column, row] of a lesion, for models trained on lesion crops; absent: the whole image. */
  readonly lesionCentre?: readonly [column: number, row: number];
  readonly cam: CamMethod | 'none';
  /** Class the map explains; absent: the predicted one. */
  readonly className?: string;
}

export interface FramePrediction {
  readonly scores: readonly number[];
  readonly predicted: string;
  readonly threshold?: number;
  readonly cam?: CamGrid;
}

/** Preprocessing of a network that came without a card: the whole image, its own range, no normalisation. */
const plain = (model: LoadedModel): Preprocessing => ({
  size: model.size,
  resize: 'fit',
  channels: model.channels,
  mean: 0,
  standardDeviation: 1,
});

/**
 * Scores and heat map of one grey frame, through the same preprocessing as the snapshot the model was trained on.
 * Errors: `not-an-image` for colour, `not-found` for an unknown class, `cam-not-available`.
 */
export async function predictFrame(
  model: LoadedModel,
  frame: FrameImage,
  options: PredictOptions,
): Promise<FramePrediction> {
  const preprocessing = model.card.preprocessing ?? plain(model);
  const picture = preprocess(greyFrameOf(frame), preprocessing, options.lesionCentre);
  const input = networkInput(picture.levels, preprocessing);
  const shared = { input, size: preprocessing.size, channels: preprocessing.channels };
  const runs = await Promise.all(model.networks.map((network) => explainPicture(network, shared)));
  const scores = meanOf(runs.map(({ logits }) => softmax(logits)));
  const { classes, threshold } = model.card;
  const positive = model.card.positive ?? classes.at(-1) ?? '';
  const predicted = threshold
    ? decideClass(scores, { classes, positive, threshold: threshold.value })
    : indexOfLargest(scores);
  const base = { scores, predicted: classes[predicted] ?? '', ...(threshold ? { threshold: threshold.value } : {}) };
  if (options.cam === 'none') return base;
  const classIndex = options.className === undefined ? predicted : indexOfClass(classes, options.className);
  const explain = { method: options.cam, classIndex };
  const explained = await Promise.all(model.networks.map((network) => explainPicture(network, { ...shared, explain })));
  const maps = explained.flatMap(({ map }) => (map ? [map] : []));
  const [map] = maps;
  if (!map) throw new Error('a map was asked for and none was made');
  const affinePixels = gridToPixelAffine(map.gridToNetwork, picture.networkToSource);
  return {
    ...base,
    cam: {
      className: classes[classIndex] ?? '',
      layer: map.layer,
      method: options.cam,
      ...meanGrid(maps.map(({ grid }) => grid)),
      affinePixels: [...affinePixels],
      ...patientAffine(frame, affinePixels),
    },
  };
}

function indexOfClass(classes: readonly string[], name: string): number {
  const index = classes.indexOf(name);
  if (index < 0) throw new AppError('not-found', `the model has no class ${JSON.stringify(name)}`);
  return index;
}

function meanOf(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows;
  return first.map((_, k) => rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length);
}

function meanGrid(grids: readonly Grid[]): { rows: number; columns: number; grid: Float32Array } {
  const [first] = grids;
  if (!first) throw new Error('no grid');
  const grid = Float32Array.from(
    first.values,
    (_, i) => grids.reduce((sum, { values }) => sum + (values[i] ?? 0), 0) / grids.length,
  );
  return { rows: first.rows, columns: first.columns, grid };
}

function patientAffine(frame: FrameImage, affinePixels: PixelAffine): { affineLps?: number[] } {
  const { position, orientation, pixelSpacing } = frame;
  if (!position || !orientation || !pixelSpacing) return {};
  const affine = planeAffine({ position, orientation, pixelSpacing }, planeNormal(orientation));
  return { affineLps: gridToPatientAffine(affinePixels, affine, 0) };
}
