import { AppError } from '../../domain/errors.ts';
import {
  between,
  blurInPlane,
  type Canvas,
  emptyCanvas,
  fillCanvas,
  type Grid,
  type Point,
  type Stream,
} from './canvas.ts';
import { type Chest, chestTissueAt, isInLung, makeChest } from './chestCt.ts';
import type { Drawing, Sketch } from './drawing.ts';
import { type Lesion, type LesionRecipe, makeLesion, paintLesion } from './lesion.ts';
import { type NoiseTables, smoothNoise } from './noise.ts';
import { paintTube } from './tube.ts';

const VESSEL = 45;
const NOISE_HU = 22;

/**
 * A chest with one nodule near the middle slice, large (beyond 30 mm one would say mass) so that its margin survives resampling. The two classes are drawn from the same sizes, densities and places; they differ in
 * the margin only: a spiculated nodule sends 16 to 22 strands into the lung, a smooth one is touched by at most two vessels.
 */
export function drawNoduleCt(sketch: Sketch, tables: NoiseTables): Drawing {
  const { grid, next } = sketch;
  const chest = makeChest(next, tables);
  const diameterMm = between(next, 26, 38);
  const centre = sketch.lesionMm ? lesionAt(chest, sketch.lesionMm) : placeInLung(chest, diameterMm, grid, next);
  const lesion = makeLesion(noduleRecipe(sketch.className === 'spiculated', centre, diameterMm, next), next);
  const canvas = emptyCanvas(grid);
  fillCanvas(canvas, (x, y, z) => chestTissueAt(chest, x, y, z));
  paintVessels(canvas, chest, lesion);
  const density = between(next, -15, 65);
  const grain = smoothNoise(tables, 5, next() * 30);
  paintLesion(canvas, lesion, (x, y, z) => density + 25 * grain(x, y, z));
  blurInPlane(canvas, 5);
  addNoise(canvas, sketch.noise);
  return { canvas, lesion, measures: { number: diameterMm, finding: diameterMm } };
}

function noduleRecipe(isSpiculated: boolean, centre: Point, diameterMm: number, next: Stream): LesionRecipe {
  const shared = { centre, diameterMm };
  if (!isSpiculated) {
    return {
      ...shared,
      waviness: 0.05,
      strandCount: Math.floor(next() * 3),
      strandLength: [0.8, 1.6],
      strandRadiusMm: 1.4,
    };
  }
  const strandCount = 16 + Math.floor(next() * 7);
  return { ...shared, waviness: 0.3, strandCount, strandLength: [0.7, 1.3], strandRadiusMm: 3 };
}

function placeInLung(chest: Chest, diameterMm: number, grid: Grid, next: Stream): Point {
  const reachZ = Math.min(2, grid.sliceMm);
  for (let attempt = 0; attempt < 2000; attempt++) {
    const side = next() < 0.5 ? -1 : 1;
    const centre: Point = [side * between(next, 45, 110), between(next, -75, 75), between(next, -reachZ, reachZ)];
    if (isInLung(chest, centre, diameterMm / 2 + 6)) return centre;
  }
  throw new Error('no place for a nodule in this chest');
}

function lesionAt(chest: Chest, [x, y]: readonly [number, number]): Point {
  const centre: Point = [x, y, 0];
  if (!isInLung(chest, centre, 10)) throw new AppError('invalid-input', 'the lesion position is not in a lung');
  return centre;
}

/** Vessels give way to the nodule: the lung around it stays clear, so that what leaves its margin can be told from what passes by. */
function paintVessels(canvas: Canvas, chest: Chest, lesion: Lesion): void {
  const { values } = canvas;
  const [cx, cy, cz] = lesion.centre;
  const clearMm = lesion.diameterMm * 1.05;
  for (const tube of chest.vessels) {
    paintTube(canvas, tube, (at, share, x, y, z) => {
      const before = values[at] ?? 0;
      if (before > -500 || Math.hypot(x - cx, y - cy, z - cz) < clearMm) return;
      values[at] = before * (1 - share) + VESSEL * share;
    });
  }
}

function addNoise(canvas: Canvas, noise: () => number): void {
  const { values } = canvas;
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) + NOISE_HU * noise();
  blurInPlane(canvas, 8);
}
