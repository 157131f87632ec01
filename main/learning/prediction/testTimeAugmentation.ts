import type { ModelCard, Preprocessing } from '../../contract/models.ts';
import { type TestTimeAugmentation, viewGaps } from '../../contract/testTimeAugmentation.ts';
import { AppError } from '../../domain/errors.ts';
import { type Activation, logitsOfMeanScores } from '../../domain/statistics/scores.ts';
import { inputShapeOf, writeCase } from '../dataset/caseInput.ts';
import { maxLevel, networkInput } from '../dataset/preprocess.ts';
import { type Affine, planeWarp } from '../training/augmentation/drawAugmentation.ts';
import { warpLevels } from '../training/augmentation/warpLevels.ts';
import type { InputSource } from '../training/inputSource.ts';

/** Throws `invalid-input` where a view would ask the model about what it cannot know. */
export function refuseViews(tta: TestTimeAugmentation | undefined, card: ModelCard): void {
  const [gap] = tta ? viewGaps(tta, { classes: card.classes, unit: card.unit }, card.augmentation) : [];
  if (gap) throw new AppError('invalid-input', gap);
}

/** The maps of the views; undefined: the picture as it is, always the first. */
export function viewWarps(tta: TestTimeAugmentation | undefined, size: number): (Affine | undefined)[] {
  if (!tta) return [undefined];
  const angle = (tta.rotationDegrees * Math.PI) / 180;
  const shift = tta.shift * size;
  const upright = [
    {},
    ...(angle > 0 ? [{ angle }, { angle: -angle }] : []),
    ...(shift > 0
      ? [{ shiftColumns: shift }, { shiftColumns: -shift }, { shiftRows: shift }, { shiftRows: -shift }]
      : []),
  ];
  const columns = tta.flipHorizontal ? [1, -1] : [1];
  const rows = tta.flipVertical ? [1, -1] : [1];
  const planes = rows.flatMap((flipRows) =>
    columns.flatMap((flipColumns) => upright.map((plane) => ({ ...plane, flipColumns, flipRows }))),
  );
  return planes.map((plane, i) => (i === 0 ? undefined : planeWarp(size, plane)));
}

/** One view of a picture as network input, [channels, size, size]; black outside. */
function writeView(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  warp: Affine | undefined,
  into: Float32Array,
  offset: number,
): void {
  if (!warp) {
    networkInput(levels, preprocessing, into, offset);
    return;
  }
  const { size, channels, mean, standardDeviation } = preprocessing;
  const scale = 1 / (maxLevel * standardDeviation);
  const area = size * size;
  const warped = warpLevels(levels, size, warp);
  for (let i = 0; i < area; i++) into[offset + i] = (warped[i] ?? 0) * scale - mean / standardDeviation;
  for (let channel = 1; channel < channels; channel++) into.copyWithin(offset + channel * area, offset, offset + area);
}

/** One view of a case, every slice of it seen alike. */
function writeCaseView(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  warp: Affine | undefined,
  into: Float32Array,
  offset: number,
): void {
  writeCase(levels, preprocessing, into, offset, (picture, how, values, at) =>
    writeView(picture, how, warp, values, at),
  );
}

/** Every view of one case as network input; the first is the case as it is. */
export function viewInputs(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  tta: TestTimeAugmentation | undefined,
): Float32Array[] {
  const length = inputShapeOf(preprocessing).reduce((a, b) => a * b);
  return viewWarps(tta, preprocessing.size).map((warp) => {
    const input = new Float32Array(length);
    writeCaseView(levels, preprocessing, warp, input, 0);
    return input;
  });
}

/** A source of inputs per view of the cases of a snapshot. */
export function viewSources(
  levelsOf: (caseIndex: number) => Uint16Array,
  preprocessing: Preprocessing,
  tta: TestTimeAugmentation | undefined,
): InputSource[] {
  return viewWarps(tta, preprocessing.size).map((warp) => {
    const write = (caseIndex: number, into: Float32Array, offset: number): void =>
      writeCaseView(levelsOf(caseIndex), preprocessing, warp, into, offset);
    return {
      shape: inputShapeOf(preprocessing),
      writePlain: write,
      writeForTraining: (caseIndex, _epoch, into, offset) => write(caseIndex, into, offset),
    };
  });
}

/** Logits whose scores are the mean of the views' scores, [case][class]; of one view, its own. */
export async function averageViews(
  views: readonly InputSource[],
  logitsOf: (view: InputSource) => Promise<readonly (readonly number[])[]>,
  activation: Activation = 'softmax',
): Promise<number[][]> {
  const perView: (readonly (readonly number[])[])[] = [];
  for (const view of views) perView.push(await logitsOf(view));
  const [first = []] = perView;
  return first.map((_, i) =>
    logitsOfMeanScores(
      perView.map((rows) => rows[i] ?? []),
      activation,
    ),
  );
}
