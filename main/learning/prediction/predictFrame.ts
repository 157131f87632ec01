import { activationOf } from '../../contract/datasetTask.ts';
import type { CamGrid, ModelCard, Preprocessing } from '../../contract/models.ts';
import type { TestTimeAugmentation } from '../../contract/testTimeAugmentation.ts';
import { AppError } from '../../domain/errors.ts';
import { planeAffine, planeNormal } from '../../domain/geometry.ts';
import type { FrameImage } from '../../domain/imageTypes.ts';
import { labelWords } from '../../domain/labelWords.ts';
import { measureText } from '../../domain/numberAnswer.ts';
import { indexOfLargest, scoresFrom } from '../../domain/statistics/scores.ts';
import { caseInput, inputShapeOf } from '../dataset/caseInput.ts';
import { slicePictures } from '../dataset/caseLevels.ts';
import { greyFrameOf } from '../dataset/greyFrame.ts';
import type { NetworkPicture } from '../dataset/preprocess.ts';
import { decideClass } from '../evaluation/predictedCase.ts';
import type { Explanation, ExplanationMethod } from '../explanation/explainer.ts';
import { gridToPatientAffine, gridToPixelAffine, type PixelAffine } from '../explanation/gridGeometry.ts';
import { sliceWeights } from '../network/poolSlices.ts';
import { float32, float32Data } from '../network/tensor.ts';
import { type LoadedModel, type LoadedNetwork, whyNoMap } from './loadModel.ts';
import type { ReadSlice } from './readSlice.ts';
import { refuseViews, viewInputs } from './testTimeAugmentation.ts';

export interface PredictOptions {
  /** [column, row] of a lesion, for models trained on lesion crops; absent: the whole image. */
  readonly lesionCentre?: readonly [column: number, row: number];
  readonly cam: ExplanationMethod | 'none';
  /** Class the map explains; absent: the predicted one. */
  readonly className?: string;
  /** Views whose scores are averaged; the map explains the picture as it is. */
  readonly tta?: TestTimeAugmentation;
}

interface Scored {
  /** In the order of the model's classes; of a number the number itself. */
  readonly scores: readonly number[];
  readonly predicted: string;
  readonly threshold?: number;
  /** Of several labels, one each. */
  readonly thresholds?: readonly number[];
  /** Why there is no map although one was asked for. */
  readonly camReason?: string;
}

export interface FramePrediction extends Scored {
  readonly cam?: CamGrid;
  /** The picture the network saw. */
  readonly picture: NetworkPicture;
}

/** A slice among others: what it counted for the answer (together 1), its map and the picture the network saw. */
export interface SlicePrediction {
  readonly weight: number;
  readonly cam?: CamGrid;
  readonly picture: NetworkPicture;
}

export interface CasePrediction extends Scored {
  readonly slices: readonly SlicePrediction[];
}

/**
 * Scores and heat map of one frame, through the same preprocessing as the snapshot the model was trained on.
 * Errors: `not-found` for an unknown class, `cam-not-available`, `invalid-input` for views the model cannot know.
 */
export async function predictFrame(
  model: LoadedModel,
  frame: FrameImage,
  options: PredictOptions,
): Promise<FramePrediction> {
  const { slices, ...scored } = await predictCase(model, [{ frame }], options);
  const [only] = slices;
  if (!only) throw new Error('a prediction without a picture');
  return { ...scored, ...(only.cam && { cam: only.cam }), picture: only.picture };
}

/**
 * The same of all slices of a case together, a map for each, in the order of the snapshot; of series that are channels, with
 * them. Throws `shape-mismatch` for a slice without the channels that the model compares.
 */
export async function predictCase(
  model: LoadedModel,
  read: readonly ReadSlice[],
  options: PredictOptions,
): Promise<CasePrediction> {
  const { preprocessing, networks, card } = model;
  const pictures = read.map((slice) => picturesOf(slice, preprocessing, options.lesionCentre));
  const levels = joinLevels(pictures);
  refuseViews(options.tta, card);
  const views = viewInputs(levels, preprocessing, options.tta);
  const [input = caseInput(levels, preprocessing)] = views;
  const perNetwork = await inTurn(networks, (network) => inTurn(views, (view) => scoresOf(network, view, model)));
  const scores = meanOf(perNetwork.flat().map((outcome) => outcome.scores));
  const weights = meanOf(perNetwork.flat().map((outcome) => outcome.weights));
  const { index: predictedIndex, words } = answerOf(card, scores);
  const slices = pictures.map((picture, i): SlicePrediction => ({ weight: weights[i] ?? 1, picture }));
  const base = {
    scores,
    predicted: words,
    ...(card.threshold ? { threshold: card.threshold.value } : {}),
    ...(card.labels ? { thresholds: card.labels.map(({ threshold }) => threshold.value) } : {}),
    slices,
  };
  const { cam } = options;
  if (cam === 'none') return base;
  const camReason = whyNoMap(model);
  if (camReason !== undefined) return { ...base, camReason };
  const classIndex = options.className === undefined ? predictedIndex : indexOfClass(card.classes, options.className);
  const maps = await inTurn(networks, async (network) => (await network.explainer(cam)).explain(input, classIndex));
  const className = card.classes[classIndex] ?? '';
  const withMap = (slice: SlicePrediction, i: number): SlicePrediction => {
    const frame = read[i]?.frame;
    const ofSlice = maps.map((map) => ({ ...map, grid: map.slices?.[i] ?? map.grid }));
    return frame ? { ...slice, cam: camGrid(ofSlice, className, frame, slice.picture) } : slice;
  };
  return { ...base, slices: slices.map(withMap) };
}

function picturesOf(
  { frame, channels }: ReadSlice,
  preprocessing: Preprocessing,
  centre: PredictOptions['lesionCentre'],
): NetworkPicture {
  const { phases } = preprocessing;
  if (phases && channels?.length !== phases.length) {
    const names = phases.map(({ name }) => `“${name}”`).join(', ');
    throw new AppError('shape-mismatch', `This model compares ${names} at one place: a single image is not enough.`);
  }
  const grey = channels?.map((parts) => parts.map((part) => ({ ...part, frame: greyFrameOf(part.frame) })));
  return slicePictures({ reference: greyFrameOf(frame), ...(grey && { channels: grey }) }, preprocessing, centre);
}

function joinLevels(pictures: readonly NetworkPicture[]): Uint16Array {
  const [first] = pictures;
  if (first && pictures.length === 1) return first.levels;
  const levels = new Uint16Array(pictures.reduce((sum, picture) => sum + picture.levels.length, 0));
  let at = 0;
  for (const picture of pictures) {
    levels.set(picture.levels, at);
    at += picture.levels.length;
  }
  return levels;
}

/** The output that a heat map explains unless told otherwise, and what the scores say in words. */
function answerOf(card: ModelCard, scores: readonly number[]): { index: number; words: string } {
  const { classes, number, labels, positive = classes.at(-1) ?? '', threshold, task } = card;
  if (number) return { index: 0, words: measureText(scores[0] ?? Number.NaN, number) };
  if (labels) {
    const over = scores.map((score, i) => score - (labels[i]?.threshold.value ?? 0.5));
    const called = over.map((margin) => margin >= 0);
    // The label that is most over its threshold, or least under it.
    return { index: indexOfLargest(over), words: labelWords(classes, called) };
  }
  const rule = { classes, positive, threshold: threshold?.value ?? 0.5, isOrdered: task === 'ordinal' };
  const index = decideClass(scores, rule);
  return { index, words: classes[index] ?? '' };
}

/** One network after the other: each already uses every thread it may. */
async function inTurn<I, T>(items: readonly I[], work: (item: I) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

async function scoresOf(
  { network, inference }: LoadedNetwork,
  input: Float32Array,
  model: LoadedModel,
): Promise<{ scores: number[]; weights: number[] }> {
  const shape = inputShapeOf(model.preprocessing);
  const outputs = await (await inference()).run({ [network.input]: float32([1, ...shape], input) });
  const weights = outputs[sliceWeights];
  const scores = scoresFrom([...float32Data(outputs.logits)], activationOf(model.card.task));
  return { scores, weights: weights ? [...float32Data(weights)] : [] };
}

/** Throws `not-found`. */
export function indexOfClass(classes: readonly string[], name: string): number {
  const index = classes.indexOf(name);
  if (index < 0) throw new AppError('not-found', `The model has no class ${JSON.stringify(name)}.`);
  return index;
}

function meanOf(rows: readonly (readonly number[])[]): number[] {
  const [first = []] = rows;
  return first.map((_, k) => rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length);
}

function camGrid(maps: readonly Explanation[], className: string, frame: FrameImage, picture: NetworkPicture): CamGrid {
  const [first] = maps;
  if (!first) throw new Error('a model without networks');
  const affinePixels = gridToPixelAffine(first.gridToNetwork, picture.networkToSource);
  const grid = Float32Array.from(first.grid.values, (_, i) => meanAt(maps, i));
  const { rows, columns } = first.grid;
  const affineLps = patientAffine(frame, affinePixels);
  const { layer, method } = first;
  return {
    className,
    layer,
    method,
    rows,
    columns,
    grid,
    affinePixels: [...affinePixels],
    ...(affineLps ? { affineLps } : {}),
  };
}

const meanAt = (maps: readonly Explanation[], i: number): number =>
  maps.reduce((sum, { grid }) => sum + (grid.values[i] ?? 0), 0) / maps.length;

function patientAffine(frame: FrameImage, affinePixels: PixelAffine): number[] | undefined {
  const { position, orientation, pixelSpacing } = frame;
  if (!position || !orientation || !pixelSpacing) return undefined;
  const affine = planeAffine({ position, orientation, pixelSpacing }, planeNormal(orientation));
  return gridToPatientAffine(affinePixels, affine, 0);
}
