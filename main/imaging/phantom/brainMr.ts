import { AppError } from '../../domain/errors.ts';
import {
  between,
  blurInPlane,
  type Canvas,
  emptyCanvas,
  fillCanvas,
  lengthOf,
  type Point,
  type Stream,
} from './canvas.ts';
import type { Drawing, Sketch } from './drawing.ts';
import { makeLesion, paintLesion } from './lesion.ts';
import { type NoiseTables, smoothNoise } from './noise.ts';

/** One head at the level of the lateral ventricles, mm; signal in arbitrary units as in a FLAIR image: fat bright, CSF dark. */
interface Head {
  readonly halfWidth: number;
  readonly halfDepth: number;
  readonly ventricles: number;
  readonly folds: (x: number, y: number, z: number) => number;
  readonly grain: (x: number, y: number, z: number) => number;
  readonly coil: (x: number, y: number, z: number) => number;
}

const SCALP = 900;
const SKULL = 60;
const CSF = 130;
const GREY = 610;
const WHITE = 430;
const LESION = 860;
const NOISE = 16;

function makeHead(next: Stream, tables: NoiseTables): Head {
  return {
    halfWidth: between(next, 70, 77),
    halfDepth: between(next, 88, 97),
    ventricles: between(next, 0.8, 1.35),
    folds: smoothNoise(tables, 10.5, next() * 30),
    grain: smoothNoise(tables, 5, next() * 30),
    coil: smoothNoise(tables, 130, next() * 30),
  };
}

/** Signal at a point, without coil shading and noise. */
function headTissueAt(head: Head, x: number, y: number, z: number): number {
  const narrow = Math.sqrt(Math.max(0.2, 1 - (Math.max(0, z + 20) / 95) ** 2));
  const egg = 1 + 0.06 * (y / head.halfDepth);
  const level = lengthOf(x / (head.halfWidth * narrow * egg), y / (head.halfDepth * narrow));
  if (level > 1) return 0;
  const deep = level < 0.2 ? 60 : ((1 - level) / level) * lengthOf(x, y);
  if (deep < 1.5) return 420;
  if (deep < 5) return SCALP + 60 * head.grain(x, y, z);
  if (deep < 10.5) return deep > 6.8 && deep < 8.8 ? SKULL + 190 : SKULL;
  return brainAt(head, x, y, z, deep - 10.5);
}

/** Cortex follows a folded surface: where the fold field crosses zero there is a sulcus, with grey matter on both banks. */
function brainAt(head: Head, x: number, y: number, z: number, deep: number): number {
  const wander = 1.5 * head.folds(0, y * 0.4, z);
  const midline = Math.abs(x - wander);
  const reachesMidline = y < -26 || y > 30;
  if (reachesMidline && midline < 1.1) return CSF;
  const inner = deepStructureAt(head, x, y, z);
  if (inner !== undefined) return inner;
  if (deep < 1.2) return CSF;
  const surface = reachesMidline ? Math.min(deep, midline + 2) : deep;
  const fold = Math.abs(head.folds(x, y, z * 0.7));
  const nearness = Math.max(0, 1 - surface / (Math.abs(x) > 38 && Math.abs(y + 4) < 5 ? 36 : 25)); // the lateral fissure runs deeper
  if (nearness > 0 && fold < 0.1 * nearness) return CSF + 70;
  const isCortex = surface < 5 || (nearness > 0 && fold < 0.06 + 0.34 * nearness);
  return (isCortex ? GREY : WHITE) + 18 * head.grain(x, y, z);
}

/** Lateral ventricles with front and back horns, septum between them, and the deep grey nuclei beside; else undefined. */
function deepStructureAt(head: Head, x: number, y: number, z: number): number | undefined {
  const side = Math.abs(x);
  const size = head.ventricles * (1 - Math.abs(z) / 70);
  if (side > 1.2) {
    const front = lengthOf((side - 8 + (y + 24) * 0.25) / (4.6 * size), (y + 22) / (15 * size));
    const middle = lengthOf((side - 8) / (3.4 * size), y / (16 * size));
    const back = lengthOf((side - 15 - (y - 24) * 0.35) / (5.2 * size), (y - 25) / (16 * size));
    if (Math.min(front, middle, back) < 1) return CSF;
  }
  const caudate = lengthOf((side - 15) / 4.5, (y + 20) / 10);
  const thalamus = lengthOf((side - 12) / 9, (y - 12) / 12);
  const putamen = lengthOf((side - 28 + y * 0.15) / 4.5, (y + 4) / 16);
  if (Math.min(caudate, thalamus, putamen) < 1) return GREY - 45 + 15 * head.grain(x, y, z);
  if (side < 6 && (Math.abs(y + 37) < 5 || Math.abs(y - 36) < 6)) return WHITE - 15; // corpus callosum
  return undefined;
}

/** A head with, for the class `lesion`, one bright irregular focus in the white matter near the middle slice. */
export function drawBrainMr(sketch: Sketch, tables: NoiseTables): Drawing {
  const { grid, next, noise } = sketch;
  const head = makeHead(next, tables);
  const canvas = emptyCanvas(grid);
  fillCanvas(canvas, (x, y, z) => headTissueAt(head, x, y, z));
  const diameterMm = between(next, 13, 24);
  const strength = between(next, 0.85, 1.05);
  const centre = sketch.lesionMm ? lesionAt(head, sketch.lesionMm) : placeInBrain(head, next);
  const shape = {
    centre,
    diameterMm,
    waviness: 0.25,
    strandCount: 0,
    strandLength: [0, 0],
    strandRadiusMm: 0,
  } as const;
  const lesion = sketch.className === 'lesion' ? makeLesion(shape, next) : undefined;
  if (lesion) paintLesion(canvas, lesion, (x, y, z) => strength * (LESION + 70 * head.grain(x, y, z)));
  blurInPlane(canvas, 4);
  const { values } = canvas;
  let at = 0;
  const shading = shadingField(head, grid.columns, grid.rows, grid.pixelMm);
  for (let voxel = 0; voxel < values.length; voxel++) {
    const signal = (values[voxel] ?? 0) * (shading[at] ?? 1);
    // Magnitude images have Rician noise (Gudbjartsson and Patz 1995).
    values[voxel] = lengthOf(signal + NOISE * noise(), NOISE * noise());
    at = at + 1 === shading.length ? 0 : at + 1;
  }
  return { canvas, lesion, measures: { number: maskedMl(canvas), finding: head.ventricles } };
}

/** Volume of the lesion, 0 without one. */
function maskedMl({ mask, grid }: Canvas): number {
  const voxels = mask.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  return (voxels * grid.pixelMm ** 2 * grid.sliceMm) / 1000;
}

function shadingField(head: Head, columns: number, rows: number, pixelMm: number): Float32Array {
  return Float32Array.from({ length: columns * rows }, (_, i) => {
    const x = ((i % columns) - columns / 2) * pixelMm;
    const y = (Math.floor(i / columns) - rows / 2) * pixelMm;
    return 1 + 0.12 * head.coil(x, y, 0);
  });
}

function isInBrain(head: Head, x: number, y: number): boolean {
  return lengthOf(x / (head.halfWidth - 27), y / (head.halfDepth - 27)) < 1 && lengthOf(x / 20, y / 40) > 1;
}

function placeInBrain(head: Head, next: Stream): Point {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const [x, y] = [between(next, -50, 50), between(next, -65, 65)];
    if (isInBrain(head, x, y)) return [x, y, between(next, -2, 2)];
  }
  throw new Error('no place for a lesion in this head');
}

function lesionAt(head: Head, [x, y]: readonly [number, number]): Point {
  if (!isInBrain(head, x, y)) throw new AppError('invalid-input', 'the lesion position is not in the brain');
  return [x, y, 0];
}
