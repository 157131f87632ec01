import path from 'node:path';
import type { Parsed } from '../../contract/define.ts';
import type { SeriesExportResult, seriesExportMethods } from '../../contract/seriesExport.ts';
import { AppError } from '../../domain/errors.ts';
import type { FrameImage, PixelDtype, Stack, StackFrame, StoredPixels } from '../../domain/imageTypes.ts';
import { type GridShape, shearDegrees, shearOf, straightenSlice, straightGrid } from '../../domain/volume/shear.ts';
import { voxelSpacing } from '../../domain/volume/volume.ts';
import { modalityValues } from '../../imaging/modalityValues.ts';
import { type NiftiImage, toRas } from '../../imaging/nifti/niftiHeader.ts';
import { writeNifti } from '../../imaging/nifti/writeNifti.ts';
import type { AppContext } from '../context.ts';
import type { JobContext } from '../jobs.ts';
import { exportLesionMaps } from './exportLesionMaps.ts';

export type SeriesExportRequest = Parsed<(typeof seriesExportMethods)['series.export']>;

/**
 * A stack as NIfTI-1 in `out`, named by its SeriesInstanceUID. Stored values with one slope and intercept; where images
 * differ in those, or have a look-up table, float32 modality values. Errors: conflict where the stack is no grid; those of
 * decoding and writing.
 */
export async function exportNifti(
  context: AppContext,
  request: SeriesExportRequest,
  stack: Stack,
  job: JobContext,
): Promise<SeriesExportResult> {
  const order = framesInOrder(stack);
  const load = (frame: StackFrame) => loadStackFrame(context, frame, job.signal);
  const values = await commonValues(order, load, job);
  const { image, grid, source, notes } = gridOf(stack, values, request.straighten);
  const [, rows, columns] = stack.shape;
  const name = `series-${request.seriesInstanceUid}${request.stack > 0 ? `-stack${request.stack}` : ''}`;
  const suffix = request.compress ? '.nii.gz' : '.nii';
  const file = path.join(path.resolve(request.out), name + suffix);
  let done = 0;
  const slices = async function* (): AsyncGenerator<StoredPixels> {
    for (const frame of order) {
      const pixels = values.of(await load(frame));
      if (pixels.length !== rows * columns * (image.isRgb ? 3 : 1))
        throw new Error('a frame of another size in a stack');
      yield source && grid !== source ? straight(pixels, source, grid, done % image.slices, values) : pixels;
      done++;
      job.progress({ fraction: 0.5 + done / (2 * order.length), message: `${done} of ${order.length} images` });
    }
  };
  await writeNifti(file, image, slices());
  const lesions = request.lesions
    ? await exportLesionMaps(context.store, { stack, image, out: request.out, name, suffix, isMoved: grid !== source })
    : { files: [], lesions: 0, notes: [] };
  return {
    files: [file, ...lesions.files],
    shape: [image.columns, image.rows, image.slices, image.times],
    dtype: image.isRgb ? 'rgb24' : image.dtype,
    affineRas: image.affine && [...toRas(image.affine)].flat(),
    notes: [...notes, ...lesions.notes],
    lesions: lesions.lesions,
  };
}

/** NIfTI counts time slowest: all positions at the first time, then at the second. Errors: conflict. */
function framesInOrder(stack: Stack): StackFrame[] {
  const { framesPerPosition: times, positions, frames } = stack;
  if (positions === 0) return [...frames];
  if (times === null) throw new AppError('conflict', 'Positions with more images than others do not form a volume.');
  if (stack.affine === null)
    throw new AppError('conflict', 'The distance between slices varies: NIfTI has room for one distance only.');
  return Array.from({ length: times }, (_, time) => frames.filter((__, i) => i % times === time)).flat();
}

async function loadStackFrame(context: AppContext, frame: StackFrame, signal: AbortSignal): Promise<FrameImage> {
  const instance = context.store.catalogue.instanceBySop(frame.sopInstanceUid);
  if (!instance) throw new AppError('not-found', 'an image of the series is not in this workspace');
  const { address } = instance.facts;
  return context.imaging.run(
    'loadFrame',
    { address, frameNumber: frame.frameNumber },
    { signal, priority: 'background' },
  );
}

interface CommonValues {
  readonly of: (frame: FrameImage) => StoredPixels;
  readonly dtype: PixelDtype;
  readonly isRgb: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly background: number;
  readonly notes: readonly string[];
}

/** Reads every image once: whether they have one type and one scale is known only then. */
async function commonValues(
  order: readonly StackFrame[],
  load: (frame: StackFrame) => Promise<FrameImage>,
  job: JobContext,
): Promise<CommonValues> {
  let first: FrameImage | undefined;
  let isCommon = true;
  let background = Number.POSITIVE_INFINITY;
  for (const [i, each] of order.entries()) {
    const frame = await load(each);
    first ??= frame;
    background = Math.min(background, frame.minStored);
    isCommon &&=
      !frame.modalityLut &&
      dtypeOf(frame.pixels) === dtypeOf(first.pixels) &&
      frame.rescaleSlope === first.rescaleSlope &&
      frame.rescaleIntercept === first.rescaleIntercept &&
      frame.isColor === first.isColor;
    job.progress({ fraction: (i + 1) / (2 * order.length), message: `${i + 1} of ${order.length} images read` });
  }
  if (!first) throw new AppError('no-pixel-data', 'The series has no images.');
  if (isCommon) {
    const { rescaleSlope: slope, rescaleIntercept: intercept, isColor: isRgb } = first;
    return { of: ({ pixels }) => pixels, dtype: dtypeOf(first.pixels), isRgb, slope, intercept, background, notes: [] };
  }
  const notes = ['The images have different scales: the file holds their values as float32.'];
  return { of: modalityValues, dtype: 'float32', isRgb: false, slope: 1, intercept: 0, background: 0, notes };
}

const dtypeOf = (pixels: StoredPixels): PixelDtype =>
  pixels.constructor.name.replace('Array', '').toLowerCase() as PixelDtype;

interface NiftiGrid {
  readonly image: NiftiImage;
  /** As acquired, and as written; the same object where nothing is moved. */
  readonly source: GridShape | undefined;
  readonly grid: GridShape | undefined;
  readonly notes: readonly string[];
}

function gridOf(stack: Stack, values: CommonValues, isStraightened: boolean): NiftiGrid {
  const [frames, rows, columns] = stack.shape;
  const slices = stack.positions || frames;
  const times = stack.positions ? (stack.framesPerPosition ?? 1) : 1;
  const { dtype, isRgb, slope, intercept } = values;
  const base = { times, dtype, isRgb, slope: isRgb ? 1 : slope, intercept, description: 'Groundglass' };
  if (!stack.affine) {
    const [slice, row, column] = stack.spacingMm;
    const spacingMm = [column ?? 1, row ?? 1, slice ?? 1] as const;
    const notes = [...values.notes, 'The images have no place in space: the file has no sform.'];
    return { image: { ...base, columns, rows, slices, spacingMm }, source: undefined, grid: undefined, notes };
  }
  const source: GridShape = { columns, rows, slices, affine: stack.affine };
  const isMoved = isStraightened && !isRgb && shearOf(source) !== undefined;
  const grid = isMoved ? straightGrid(source) : source;
  const image = { ...base, ...grid, spacingMm: spacingOf(grid) };
  return { image, source, grid, notes: [...values.notes, ...shearNotes(source, isMoved)] };
}

/** nibabel's zooms are the lengths of the matrix' columns. */
function spacingOf(grid: GridShape): readonly [number, number, number] {
  const [column, row] = voxelSpacing(grid);
  return [column, row, Math.hypot(grid.affine[0][2], grid.affine[1][2], grid.affine[2][2])];
}

function shearNotes(source: GridShape, isMoved: boolean): string[] {
  if (!shearOf(source)) return [];
  const angle = shearDegrees(source).toFixed(1);
  return isMoved
    ? [`Shear-corrected by ${angle} degrees: interpolated within each slice.`]
    : [`Sheared by ${angle} degrees (gantry tilt): readers have to use the sform; there is no qform.`];
}

function straight(
  pixels: StoredPixels,
  shape: GridShape,
  grid: GridShape | undefined,
  slice: number,
  { dtype, background }: CommonValues,
): StoredPixels {
  if (!grid) return pixels;
  const out = pixels.slice(0, 0).constructor as new (length: number) => StoredPixels;
  const moved = new out(grid.columns * grid.rows);
  straightenSlice(pixels, { shape, grid, slice }, { out: moved, background, isRounded: !dtype.startsWith('float') });
  return moved;
}
