import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { permutation, randomAt, randomStream } from '../../domain/random.ts';
import { ignoreFileName } from '../files/ignoreRules.ts';
import { drawBrainMr } from './brainMr.ts';
import { type Canvas, frameMm, type Grid, indexOf, mirrorCanvas, type Point } from './canvas.ts';
import { drawChestFilm } from './chestFilm.ts';
import { type Drawing, type PhantomKind, phantomClasses, phantomMeasures, type Sketch } from './drawing.ts';
import { patientIdentity } from './identity.ts';
import {
  hasMultiFrame,
  modalityOf,
  type PhantomInstance,
  type PhantomSeries,
  phantomInstances,
  seriesUid,
} from './instances.ts';
import { outlineAt } from './lesion.ts';
import { drawLiverCt } from './liverCt.ts';
import { drawNoduleCt } from './noduleCt.ts';
import { type NoiseTables, noiseTables, pixelNoise } from './noise.ts';
import { keyFrame, labelRows, labelsCsv, outlineGeometry, type PhantomTruth } from './truth.ts';
import { maskNifti, maskPng } from './truthMask.ts';

export interface PhantomOptions {
  /** Folder to write to; made where it is missing. */
  readonly out: string;
  readonly patients: number;
  readonly seed: number;
  /** One kind or several, dealt to the patients in turn; ct-nodule where absent. */
  readonly kind?: PhantomKind | readonly PhantomKind[] | undefined;
  readonly shape?: PhantomShape | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Departures from the usual shape, for tests of geometry. */
export interface PhantomShape {
  /** Matrix; the field of view keeps its width, so fewer rows than columns crop the height. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly frames?: number | undefined;
  /** Lesion centre in mm from the image centre, [to the right of the image, down]. */
  readonly lesionMm?: readonly [number, number] | undefined;
  /** One multi-frame file (legacy converted enhanced) per series (CT and MR). */
  readonly multiFrame?: boolean | undefined;
  /** The same images with left and right swapped, as other patients. */
  readonly mirrored?: boolean | undefined;
}

export interface PhantomResult {
  readonly patients: number;
  readonly files: number;
  readonly bytes: number;
  readonly labelsCsv: string;
}

interface KindRecipe {
  readonly draw: (sketch: Sketch, tables: NoiseTables) => Drawing;
  readonly fieldMm: number;
  readonly grid: Omit<Grid, 'pixelMm'>;
}

const recipes: Readonly<Record<PhantomKind, KindRecipe>> = {
  'ct-nodule': { draw: drawNoduleCt, fieldMm: 336, grid: { columns: 192, rows: 192, frames: 12, sliceMm: 2.5 } },
  'mr-lesion': { draw: drawBrainMr, fieldMm: 232, grid: { columns: 160, rows: 160, frames: 12, sliceMm: 4 } },
  cr: { draw: drawChestFilm, fieldMm: 358.4, grid: { columns: 256, rows: 256, frames: 1, sliceMm: 1 } },
  'ct-liver': { draw: drawLiverCt, fieldMm: 352, grid: { columns: 160, rows: 160, frames: 8, sliceMm: 5 } },
};

const ignoreRules = '# The truth, not images of patients: imports leave this out.\nmasks/\ntruth.json\n';
const MAX_STORED = 4095;
const MOST_PATIENTS = 9999;

/**
 * Writes a practice set: OUT/<patient>/<series>/0001.dcm ..., OUT/labels.csv (as `labels import` takes it), OUT/masks and
 * OUT/truth.json; a marker keeps the masks out of imports of OUT. The same options give the same bytes. Classes are balanced, in an order drawn from the seed.
 * @throws AppError invalid-input for options that make no images, cancelled when `signal` fires.
 */
export async function makePhantoms(options: PhantomOptions): Promise<PhantomResult> {
  const kinds = checkedKinds(options);
  const tables = noiseTables(options.seed);
  const total = { files: 0, bytes: 0 };
  const truths: PhantomTruth[] = [];
  const rows: ReturnType<typeof labelRows> = [];
  await mkdir(path.join(options.out, 'masks'), { recursive: true });
  await writeFile(path.join(options.out, ignoreFileName), ignoreRules);
  for (let number = 0; number < options.patients; number++) {
    if (options.signal?.aborted) throw new AppError('cancelled', 'Making the practice set was cancelled.');
    const kind = kinds[number % kinds.length] ?? 'ct-nodule';
    const patient = drawPatient(options, kind, number, classOf(options, kinds, number), tables);
    const written = await writePatient(options.out, patient);
    total.files += written.files;
    total.bytes += written.bytes;
    truths.push(patient.truth);
    rows.push(...patient.rows);
    options.onProgress?.(number + 1, options.patients);
  }
  const csv = path.join(options.out, 'labels.csv');
  await writeFile(csv, labelsCsv(rows));
  const truth = { seed: options.seed, kinds, patients: truths };
  await writeFile(path.join(options.out, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
  return { patients: options.patients, ...total, labelsCsv: csv };
}

function checkedKinds(options: PhantomOptions): readonly PhantomKind[] {
  const { kind = 'ct-nodule', patients, seed, shape } = options;
  const kinds = typeof kind === 'string' ? [kind] : kind;
  if (kinds.length === 0) throw new AppError('invalid-input', 'Name at least one kind of phantom.');
  if (!Number.isInteger(patients) || patients < 1 || patients > MOST_PATIENTS) {
    throw new AppError('invalid-input', `The number of patients is a whole number from 1 to ${MOST_PATIENTS}.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new AppError('invalid-input', 'The seed is a whole number from 0 on.');
  if (shape?.multiFrame && !kinds.every(hasMultiFrame)) {
    throw new AppError('invalid-input', 'Films have one frame; multi-frame files exist for CT and MR only.');
  }
  return kinds;
}

/** Half of each kind's patients get each class (the odd one the first), in an order drawn from the seed. */
function classOf(options: PhantomOptions, kinds: readonly PhantomKind[], number: number): string {
  const turn = number % kinds.length;
  const kind = kinds[turn] ?? 'ct-nodule';
  const ofKind = Math.ceil((options.patients - turn) / kinds.length);
  const place = permutation(ofKind, options.seed, 'phantom classes', kind)[Math.floor(number / kinds.length)] ?? 0;
  return phantomClasses[kind][place % 2 === 0 ? 0 : 1];
}

interface PhantomPatient {
  readonly truth: PhantomTruth;
  readonly rows: ReturnType<typeof labelRows>;
  readonly instances: readonly PhantomInstance[];
  readonly folder: string;
  readonly mask: { readonly file: string; readonly bytes: Uint8Array } | undefined;
}

function drawPatient(
  options: PhantomOptions,
  kind: PhantomKind,
  number: number,
  className: string,
  tables: NoiseTables,
): PhantomPatient {
  const { seed, shape } = options;
  const grid = gridOf(kind, shape);
  const isMirrored = shape?.mirrored ?? false;
  const next = randomStream(seed, 'phantom anatomy', kind, number);
  const noise = pixelNoise(tables, seed, `phantom noise ${kind}`, number);
  const sketch = { grid, className, next, noise, lesionMm: shape?.lesionMm };
  const { canvas, lesion, measures, phases } = recipes[kind].draw(sketch, tables);
  if (isMirrored) for (const each of phases?.map((phase) => phase.canvas) ?? [canvas]) mirrorCanvas(each);
  const own = phases?.at(-1) && { name: phases.at(-1)?.name ?? '', number: phases.length };
  const series = seriesOf(options, kind, number, canvas, own);
  const instances = instancesOf(series, own?.name);
  const others = (phases ?? []).slice(0, -1).flatMap((phase, i) => {
    const { name, canvas: drawn } = phase;
    return instancesOf(seriesOf(options, kind, number, drawn, { name, number: i + 1 }), name);
  });
  const frame = keyFrame(canvas, lesion);
  const instance = instances[series.isMultiFrame ? 0 : frame];
  if (!instance) throw new Error('a phantom series has no key instance');
  const folder = path.posix.join(series.patient.patientId, kind);
  const mask = lesion ? maskFile(series, canvas) : undefined;
  const index = lesion ? indexOf(grid, lesion.centre) : undefined;
  const centre = index && ([isMirrored ? grid.columns - 1 - index[0] : index[0], index[1], index[2]] as const);
  const truth: PhantomTruth = {
    patientId: series.patient.patientId,
    kind,
    className,
    seriesInstanceUid: seriesUid(series),
    folder,
    file: path.posix.join(folder, instance.fileName),
    sopInstanceUid: instance.sopInstanceUid,
    frame: series.isMultiFrame ? frame + 1 : 1,
    lesion:
      lesion && centre && mask
        ? {
            centrePixel: [centre[0], centre[1]],
            centreLpsMm: kind === 'cr' ? null : patientPoint(series, centre),
            diameterMm: lesion.diameterMm,
            mask: mask.file,
          }
        : null,
    number: measures.number,
    hasFinding: measures.finding >= phantomMeasures[kind].from,
  };
  const outline = lesion && outlineAt(lesion, frameMm(grid, frame), 36);
  const geometry = outline && outlineGeometry(outline, canvas, truth.frame, isMirrored);
  return { truth, rows: labelRows(truth, instance, geometry), instances: [...others, ...instances], folder, mask };
}

/** The files of a series; those of a phase lie in a folder of its name. */
const instancesOf = (series: PhantomSeries, phase: string | undefined): PhantomInstance[] =>
  phantomInstances(series).map((instance) =>
    phase === undefined ? instance : { ...instance, fileName: path.posix.join(phase, instance.fileName) },
  );

function gridOf(kind: PhantomKind, shape: PhantomShape | undefined): Grid {
  const { grid, fieldMm } = recipes[kind];
  const columns = shape?.columns ?? grid.columns;
  const rows = shape?.rows ?? grid.rows;
  const frames = kind === 'cr' ? 1 : (shape?.frames ?? grid.frames);
  for (const size of [columns, rows, frames]) {
    if (!Number.isInteger(size) || size < 1 || size > 1024) {
      throw new AppError('invalid-input', 'Columns, rows and frames are whole numbers from 1 to 1024.');
    }
  }
  return { columns, rows, frames, sliceMm: grid.sliceMm, pixelMm: fieldMm / columns };
}

/** Stored values of the drawing and its place in the room: where on the table a patient lies differs. */
function seriesOf(
  options: PhantomOptions,
  kind: PhantomKind,
  number: number,
  canvas: Canvas,
  phase?: { readonly name: string; readonly number: number },
): PhantomSeries {
  const { seed, shape } = options;
  const { grid, values } = canvas;
  const isInverted = kind === 'cr' && randomAt(seed, 'phantom inverted', number) < 0.25;
  const offset = modalityOf(kind) === 'CT' ? 1024 : 0;
  const pixels = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const stored = Math.min(MAX_STORED, Math.max(0, Math.round((values[at] ?? 0) + offset)));
    pixels[at] = isInverted ? MAX_STORED - stored : stored;
  }
  const shift = (axis: number): number => Math.round(40 * randomAt(seed, 'phantom position', number, axis) - 20);
  const origin: Point = [
    shift(0) - ((grid.columns - 1) / 2) * grid.pixelMm,
    shift(1) - ((grid.rows - 1) / 2) * grid.pixelMm,
    shift(2) * 4 - 200 + ((grid.frames - 1) / 2) * grid.sliceMm,
  ];
  const isMultiFrame = shape?.multiFrame ?? false;
  const patient = patientIdentity(seed, number, shape?.mirrored ?? false);
  const study = [seed, kind, patient.patientId];
  const series = [grid.columns, grid.rows, grid.frames, shape?.lesionMm ?? '', isMultiFrame];
  const name = [...study, ...series, ...(phase ? [phase.name] : [])].join(' ');
  const studyName = [...study, grid.columns, grid.rows, shape?.frames ?? '', shape?.lesionMm ?? '', isMultiFrame].join(
    ' ',
  );
  const ofPhase = phase && { description: `Liver ${phase.name}`, number: phase.number, studyName };
  return { kind, patient, grid, pixels, origin, isMultiFrame, isInverted, name, ...(ofPhase && { phase: ofPhase }) };
}

function patientPoint({ grid, origin }: PhantomSeries, index: Point): Point {
  return [
    origin[0] + index[0] * grid.pixelMm,
    origin[1] + index[1] * grid.pixelMm,
    origin[2] - index[2] * grid.sliceMm,
  ];
}

function maskFile(series: PhantomSeries, canvas: Canvas): { file: string; bytes: Uint8Array } {
  const name = path.posix.join('masks', series.patient.patientId);
  if (series.kind === 'cr') return { file: `${name}.png`, bytes: maskPng(canvas.mask, canvas.grid) };
  return { file: `${name}.nii.gz`, bytes: maskNifti(canvas.mask, canvas.grid, series.origin) };
}

async function writePatient(out: string, patient: PhantomPatient): Promise<{ files: number; bytes: number }> {
  const folder = path.join(out, patient.folder);
  const folders = new Set(patient.instances.map(({ fileName }) => path.dirname(path.join(folder, fileName))));
  for (const each of folders) await mkdir(each, { recursive: true });
  let bytes = 0;
  for (const instance of patient.instances) {
    await writeFile(path.join(folder, instance.fileName), instance.bytes);
    bytes += instance.bytes.length;
  }
  if (patient.mask) await writeFile(path.join(out, patient.mask.file), patient.mask.bytes);
  return { files: patient.instances.length, bytes };
}
