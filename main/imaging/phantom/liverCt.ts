import { AppError } from '../../domain/errors.ts';
import {
  between,
  blurInPlane,
  type Canvas,
  emptyCanvas,
  fillCanvas,
  type Grid,
  lengthOf,
  type Point,
  type Stream,
} from './canvas.ts';
import type { Drawing, Sketch } from './drawing.ts';
import { type Lesion, makeLesion, paintLesion } from './lesion.ts';
import { type NoiseTables, smoothNoise } from './noise.ts';

/** One abdomen at the level of the liver, mm; x to the patient's left, so the liver is at negative x. */
interface Abdomen {
  readonly halfWidth: number;
  readonly halfDepth: number;
  readonly fat: number;
  readonly liver: Ellipse;
  readonly left: Ellipse;
  readonly spleen: Ellipse;
  readonly stomach: Ellipse;
  readonly texture: (x: number, y: number, z: number) => number;
}

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly deep: number;
}

/** Attenuation in HU of what takes up contrast, in one phase. */
interface Phase {
  readonly liver: number;
  readonly spleen: number;
  readonly aorta: number;
  readonly veins: number;
  readonly muscle: number;
}

/** The phases of a triphasic examination, in their order in time. */
export const liverPhases = ['native', 'arterial', 'portal'] as const;
export type LiverPhase = (typeof liverPhases)[number];

const phases: Readonly<Record<LiverPhase, Phase>> = {
  native: { liver: 56, spleen: 47, aorta: 42, veins: 42, muscle: 52 },
  arterial: { liver: 68, spleen: 105, aorta: 300, veins: 70, muscle: 58 },
  portal: { liver: 112, spleen: 122, aorta: 155, veins: 170, muscle: 62 },
};

const [AIR, FAT, BONE, GAS, NOISE_HU] = [-1000, -100, 420, -850, 12];

function makeAbdomen(next: Stream, tables: NoiseTables): Abdomen {
  const halfWidth = between(next, 148, 162);
  const halfDepth = between(next, 100, 114);
  return {
    ...{ halfWidth, halfDepth, fat: between(next, 14, 24) },
    liver: { x: -62 + between(next, -4, 4), y: -6 + between(next, -5, 5), across: between(next, 62, 70), deep: between(next, 66, 74) }, // biome-ignore format: one organ
    left: { x: 2, y: -46 + between(next, -4, 4), across: between(next, 52, 66), deep: between(next, 20, 26) },
    spleen: { x: 98, y: 36 + between(next, -6, 6), across: between(next, 20, 27), deep: between(next, 38, 48) },
    stomach: { x: 66, y: -34 + between(next, -6, 6), across: between(next, 34, 42), deep: between(next, 26, 34) },
    texture: smoothNoise(tables, 6, next() * 30),
  };
}

const level = ({ x, y, across, deep }: Ellipse, px: number, py: number): number =>
  lengthOf((px - x) / across, (py - y) / deep);

/** How the lesion differs from the liver around it, HU. */
type Contrast = Readonly<Record<LiverPhase, number>>;

/**
 * `washout`: bright in the arterial phase, darker than the liver in the portal one. `persistent`: bright or dark in both.
 * Neither phase alone tells them apart, and the native one does not show them.
 */
function contrastOf(className: string, next: Stream): Contrast {
  const strong = () => between(next, 32, 52);
  const native = between(next, -14, -4);
  const isBright = next() < 0.5;
  const [arterial, portal] = [strong(), strong()];
  if (className === 'washout') return { native, arterial, portal: -portal };
  return isBright ? { native, arterial, portal } : { native, arterial: -arterial, portal: -portal };
}

function tissueAt(body: Abdomen, phase: Phase, x: number, y: number, z: number): number {
  const skin = lengthOf(x / body.halfWidth, y / body.halfDepth);
  if (skin > 1) return AIR;
  const deep = skin < 0.3 ? 99 : ((1 - skin) / skin) * lengthOf(x, y);
  if (deep < 2) return 20;
  if (deep < body.fat) return FAT + 8 * body.texture(x, y, z);
  const grain = 5 * body.texture(x, y, z);
  if (deep < body.fat + 9)
    return (Math.abs(Math.sin(x * 0.06 + y * 0.05 + z * 0.1)) > 0.93 ? BONE : phase.muscle) + grain;
  return organAt(body, phase, x, y) + grain;
}

function organAt(body: Abdomen, phase: Phase, x: number, y: number): number {
  const spine = lengthOf(x / 21, (y - body.halfDepth + 46) / 17);
  if (spine < 1) return spine > 0.85 ? BONE : 190;
  if (lengthOf(Math.abs(x) - 40, y - body.halfDepth + 42) < 20) return phase.muscle;
  if (lengthOf(x - 8, y - body.halfDepth + 76) < 10) return phase.aorta;
  if (lengthOf(x + 26, y - body.halfDepth + 80) < 11) return phase.veins;
  const gas = level(body.stomach, x, y);
  if (gas < 1) return y < body.stomach.y - 6 ? GAS : 15;
  if (level(body.spleen, x, y) < 1) return phase.spleen;
  const liver = Math.min(level(body.liver, x, y), level(body.left, x, y));
  if (liver < 1) return lengthOf(x + 30 - y * 0.2, (y + 8) / 2.2) < 5 ? phase.veins : phase.liver;
  return FAT + 10;
}

function drawPhase(
  { grid, noise }: Pick<Sketch, 'noise'> & { readonly grid: Grid },
  body: Abdomen,
  lesion: Lesion,
  name: LiverPhase,
  contrast: Contrast,
): Canvas {
  const canvas = emptyCanvas(grid);
  const phase = phases[name];
  fillCanvas(canvas, (x, y, z) => tissueAt(body, phase, x, y, z));
  const value = phase.liver + contrast[name];
  paintLesion(canvas, lesion, (x, y, z) => value + 6 * body.texture(x * 1.7, y * 1.7, z));
  blurInPlane(canvas, 4);
  const { values } = canvas;
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) + NOISE_HU * noise();
  blurInPlane(canvas, 8);
  return canvas;
}

/** The native series of a triphasic examination is coarser: half the slices, each twice as thick. */
const gridOfPhase = (grid: Grid, name: LiverPhase): Grid =>
  name === 'native' && grid.frames > 1
    ? { ...grid, frames: Math.ceil(grid.frames / 2), sliceMm: grid.sliceMm * 2 }
    : grid;

/**
 * An abdomen with one lesion of the liver near the middle slice in three phases of contrast. The classes differ in how the
 * lesion takes contrast up and gives it back, in nothing else.
 */
export function drawLiverCt(sketch: Sketch, tables: NoiseTables): Drawing {
  const { next, grid } = sketch;
  const body = makeAbdomen(next, tables);
  const diameterMm = between(next, 22, 36);
  const centre = sketch.lesionMm ? lesionAt(body, sketch.lesionMm) : placeInLiver(body, diameterMm, next);
  const shape = {
    centre,
    diameterMm,
    waviness: 0.12,
    strandCount: 0,
    strandLength: [0, 0],
    strandRadiusMm: 0,
  } as const;
  const lesion = makeLesion(shape, next);
  const contrast = contrastOf(sketch.className, next);
  const canvases = liverPhases.map((name) => {
    const of = { grid: gridOfPhase(grid, name), noise: sketch.noise };
    return { name, canvas: drawPhase(of, body, lesion, name, contrast) };
  });
  const portal = canvases.at(-1);
  if (!portal) throw new Error('a liver without a phase');
  const measures = { number: diameterMm, finding: diameterMm };
  return { canvas: portal.canvas, lesion, phases: canvases, measures };
}

function isInLiver(body: Abdomen, x: number, y: number, marginMm: number): boolean {
  const { liver } = body;
  const inner = { ...liver, across: liver.across - marginMm, deep: liver.deep - marginMm };
  return level(inner, x, y) < 1 && level(body.stomach, x, y) > 1.3 && lengthOf(x / 24, y / 60) > 1;
}

function placeInLiver(body: Abdomen, diameterMm: number, next: Stream): Point {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const [x, y] = [between(next, -125, -20), between(next, -70, 60)];
    if (isInLiver(body, x, y, diameterMm / 2 + 4)) return [x, y, between(next, -2, 2)];
  }
  throw new Error('no place for a lesion in this liver');
}

function lesionAt(body: Abdomen, [x, y]: readonly [number, number]): Point {
  if (!isInLiver(body, x, y, 8)) throw new AppError('invalid-input', 'the lesion position is not in the liver');
  return [x, y, 0];
}
