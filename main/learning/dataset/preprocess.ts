import type { Preprocessing } from '../../contract/models.ts';
import type { PlaneGeometry } from '../../domain/geometry.ts';
import { intensityRange } from './intensityRange.ts';
import { type AxisMap, resample } from './resample.ts';

/** One grey frame after the Modality LUT. */
export interface GreyFrame {
  readonly rows: number;
  readonly columns: number;
  /** Row-major modality values (HU for CT); NaN is padding and becomes black. */
  readonly values: ArrayLike<number>;
  /** MONOCHROME1 or a PresentationLUTShape of INVERSE: the lowest value is white. */
  readonly isInverted: boolean;
  /** [between rows, between columns] mm in the patient, or at the detector where only that is known. */
  readonly pixelSpacing?: readonly [number, number];
  /** Where it lies in the patient. */
  readonly plane?: PlaneGeometry;
}

/** Everything of `Preprocessing` that shapes the picture; normalisation comes when a batch is made. */
export type PictureRecipe = Pick<Preprocessing, 'size' | 'resize' | 'cropMm' | 'window'>;

/** Row-major 3x3 that maps (column, row, 1), pixel centres at integers on both sides. */
export type PixelAffine = readonly [number, number, number, number, number, number, number, number, number];

export interface NetworkPicture {
  /** size x size, row-major; level 0 is black, `maxLevel` white. */
  readonly levels: Uint16Array<ArrayBuffer>;
  /** Source (column, row) -> network (column, row). */
  readonly sourceToNetwork: PixelAffine;
  /** Network (column, row) -> source (column, row). */
  readonly networkToSource: PixelAffine;
}

/**
 * Pictures are kept as 16-bit steps of 0..1: half the bytes of float32, finer than any stored image, and equal on every
 * path because the rounding happens here, once, for snapshot, training and prediction alike.
 */
export const maxLevel = 65_535;

interface PlaneMap {
  readonly column: AxisMap;
  readonly row: AxisMap;
}

const centredMap = (centre: number, scale: number, size: number): AxisMap => ({
  scale,
  offset: centre - ((size - 1) / 2) * scale,
});

/** `fit` compares sides in mm where the spacing is known, so that anisotropic pixels are not distorted. */
function planeMap(frame: GreyFrame, recipe: PictureRecipe, centre: readonly [number, number] | undefined): PlaneMap {
  const { size } = recipe;
  const [rowSpacing, columnSpacing] = frame.pixelSpacing ?? [1, 1];
  if (centre && recipe.cropMm !== undefined) {
    const step = recipe.cropMm / size;
    return {
      column: centredMap(centre[0], step / columnSpacing, size),
      row: centredMap(centre[1], step / rowSpacing, size),
    };
  }
  const middleColumn = (frame.columns - 1) / 2;
  const middleRow = (frame.rows - 1) / 2;
  if (recipe.resize === 'stretch') {
    return {
      column: centredMap(middleColumn, frame.columns / size, size),
      row: centredMap(middleRow, frame.rows / size, size),
    };
  }
  const step = Math.max(frame.columns * columnSpacing, frame.rows * rowSpacing) / size;
  return {
    column: centredMap(middleColumn, step / columnSpacing, size),
    row: centredMap(middleRow, step / rowSpacing, size),
  };
}

function affinesOf({ column, row }: PlaneMap): Pick<NetworkPicture, 'sourceToNetwork' | 'networkToSource'> {
  return {
    networkToSource: [column.scale, 0, column.offset, 0, row.scale, row.offset, 0, 0, 1],
    sourceToNetwork: [
      1 / column.scale,
      0,
      -column.offset / column.scale,
      0,
      1 / row.scale,
      -row.offset / row.scale,
      0,
      0,
      1,
    ],
  };
}

/**
 * A source frame as the network sees it: windowed to 0..1 (the image's own robust range without a window), inverted
 * where the lowest value is white, cropped around `lesionCentre` [column, row] when the recipe crops and a centre is
 * given, else the whole image; area-averaged or linearly interpolated to size x size. Outside the image is black.
 */
export function preprocess(
  frame: GreyFrame,
  recipe: PictureRecipe,
  lesionCentre?: readonly [column: number, row: number],
): NetworkPicture {
  const { low, high } = intensityRange(frame.values, recipe.window);
  const width = high - low;
  const greyOf = (index: number): number => {
    const value = frame.values[index] ?? Number.NaN;
    if (Number.isNaN(value) || width <= 0) return 0;
    const grey = Math.min(1, Math.max(0, (value - low) / width));
    return frame.isInverted ? 1 - grey : grey;
  };
  const map = planeMap(frame, recipe, lesionCentre);
  const source = { rows: frame.rows, columns: frame.columns, valueAt: greyOf };
  const greys = resample(source, map.column, map.row, recipe.size, 0);
  return { levels: Uint16Array.from(greys, (grey) => Math.round(grey * maxLevel)), ...affinesOf(map) };
}

/**
 * Network input [channels, size, size] of one picture: levels to 0..1, minus the training mean, over the training
 * standard deviation; grey is repeated for three channels. Snapshot, training and prediction all come through here.
 */
export function networkInput(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  into: Float32Array = new Float32Array(levels.length * preprocessing.channels),
  offset = 0,
): Float32Array {
  const scale = 1 / (maxLevel * preprocessing.standardDeviation);
  const shift = preprocessing.mean / preprocessing.standardDeviation;
  for (let i = 0; i < levels.length; i++) into[offset + i] = (levels[i] ?? 0) * scale - shift;
  for (let channel = 1; channel < preprocessing.channels; channel++) {
    into.copyWithin(offset + channel * levels.length, offset, offset + levels.length);
  }
  return into;
}
