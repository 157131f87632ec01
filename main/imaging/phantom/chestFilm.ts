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
import { branchingTree, paintTube } from './tube.ts';

/** One chest seen from the front, mm on the detector; x to the patient's left, y to the feet. Densities add along the ray. */
interface Thorax {
  readonly halfWidth: number;
  readonly lungTop: number;
  readonly diaphragm: number;
  readonly heartWidth: number;
  readonly ribPhase: number;
  readonly exposure: number;
  readonly contrast: number;
  readonly texture: (x: number, y: number, z: number) => number;
  readonly mottle: (x: number, y: number, z: number) => number;
}

const NOISE = 26;
const RIB_SPACING = 23;
const MAXIMUM = 4095;
const GLYPHS = { L: ['100', '100', '100', '100', '111'], R: ['110', '101', '110', '101', '101'] } as const;

function makeThorax(next: Stream, tables: NoiseTables): Thorax {
  return {
    halfWidth: between(next, 118, 136),
    lungTop: between(next, -128, -112),
    diaphragm: between(next, 62, 88),
    heartWidth: between(next, 0.9, 1.2),
    ribPhase: between(next, 0, RIB_SPACING),
    exposure: between(next, -220, 220),
    contrast: between(next, 0.85, 1.1),
    texture: smoothNoise(tables, 16, next() * 30),
    mottle: smoothNoise(tables, 6, next() * 30),
  };
}

/** Height of the diaphragm under a point; the right dome stands higher than the left. */
function domeAt(thorax: Thorax, x: number): number {
  const side = x < 0 ? -1 : 1;
  const across = (x - side * thorax.halfWidth * 0.48) / (thorax.halfWidth * 0.52);
  return thorax.diaphragm + (side > 0 ? 9 : 0) + 26 * across * across;
}

/** Thickness of lung along the ray as a share of the most there is: 0 outside the lungs. */
function lungAt(thorax: Thorax, x: number, y: number): number {
  const middle = (thorax.lungTop + thorax.diaphragm) / 2;
  const side = x < 0 ? -1 : 1;
  const width = thorax.halfWidth * 0.5;
  const u = (x - side * (width + 9 + Math.max(0, -y - 60) * 0.14)) / (width - Math.max(0, -y - 20) * 0.14);
  const v = (y - middle - 45) / (middle + 45 - thorax.lungTop);
  const level = Math.abs(u) ** 2.8 + (v < 0 ? Math.abs(v) ** 2.4 : 0);
  if (level >= 1) return 0;
  const floor = Math.min(1, Math.max(0, (domeAt(thorax, x) - y) / 9));
  return Math.min(1, (1 - level) * 2.6) ** 0.7 * floor;
}

function heartAt(thorax: Thorax, x: number, y: number): number {
  const base = thorax.diaphragm - 26;
  const left = lengthOf((x - 20) / (46 * thorax.heartWidth), (y - base) / 50);
  const right = lengthOf((x + 12) / (28 * thorax.heartWidth), (y - base) / 44);
  const arch = lengthOf((x - 17) / 17, (y - thorax.lungTop - 62) / 17);
  return Math.min(1, Math.max(0, 1 - Math.min(left, right)) * 3.2) + 0.55 * Math.min(1, Math.max(0, 1 - arch) * 4);
}

/** Cardiothoracic ratio, %: the heart's largest width by the width of the chest inside the ribs, as `heartAt` and `lungAt` draw them. */
function heartRatio({ heartWidth, halfWidth }: Thorax): number {
  return (100 * (32 + 74 * heartWidth)) / (2 * (halfWidth + 9));
}

/** Spine, and the trachea's air before it. */
function midlineAt(x: number, y: number, lungTop: number): number {
  const disc = ((y + 400) % 21) / 21;
  const spine = Math.abs(x) < 17 ? 330 * (disc < 0.2 ? 0.55 : 1) * Math.min(1, (17 - Math.abs(x)) / 4) : 0;
  const soft = 520 * Math.min(1, Math.max(0, (29 - Math.abs(x)) / 9));
  const trachea = Math.abs(x) < 8 && y < lungTop + 72 ? -340 * Math.min(1, (8 - Math.abs(x)) / 3) : 0;
  return spine + soft + trachea;
}

/** Back ribs fall to the side, front ribs fall to the middle and are fainter; each is an edge brighter than its core. */
function ribsAt(thorax: Thorax, x: number, y: number): number {
  const side = Math.abs(x) / thorax.halfWidth;
  if (side > 1.02 || y < thorax.lungTop - 6 || y > thorax.diaphragm + 55) return 0;
  const back = y - 34 * side ** 2.2 - 4 * side + thorax.ribPhase;
  const front = y + 52 * (1 - side) ** 1.3 * -1 + thorax.ribPhase * 0.6 + 9;
  const band = (course: number, half: number): number => {
    const from = Math.abs(((course + 1000) % RIB_SPACING) - RIB_SPACING / 2);
    if (from > half) return 0;
    return from > half - 1.8 ? 1 : 0.62;
  };
  const crowding = side > 0.9 ? 1.35 : 1;
  return (
    (side > 0.14 ? 240 * crowding * band(back, 5.2) : 0) +
    (side > 0.42 && y > thorax.lungTop + 30 ? 130 * band(front, 5.8) : 0)
  );
}

function shoulderAt(thorax: Thorax, x: number, y: number): number {
  const side = Math.abs(x);
  const clavicle = Math.abs(y - (thorax.lungTop + 22) + (side - 15) * 0.27 - 4 * Math.sin(side / 28));
  const collarbone = side > 12 && side < 130 && clavicle < 5.5 ? (clavicle > 3.6 ? 300 : 190) : 0;
  const edge = side - (thorax.halfWidth * 0.86 + (y - thorax.lungTop) * 0.06);
  const blade =
    edge > 0 && edge < 42 && y > thorax.lungTop + 12 && y < thorax.lungTop + 110 ? (edge < 3 ? 170 : 70) : 0;
  return collarbone + blade;
}

/** Density (0..4095, bright is dense) of the person at a point, without vessels, opacity, marker and noise. */
function densityAt(thorax: Thorax, x: number, y: number): number {
  const trunk = thorax.halfWidth + 26 + Math.max(0, -y - 70) * 0.55 - (y > 60 ? (y - 60) * 0.08 : 0);
  const neck = y < thorax.lungTop - 12 ? 52 + Math.max(0, y - thorax.lungTop + 55) * 2.6 : 999;
  const inside = Math.min(trunk, neck) - Math.abs(x);
  if (inside <= 0) return 130;
  const wall = 1000 + 620 * Math.min(1, inside / 45) ** 0.6;
  const belly = 900 * Math.min(1, Math.max(0, (y - domeAt(thorax, x)) / 10));
  const bubble = lengthOf((x - 52) / 26, (y - domeAt(thorax, 52) - 20) / 13) < 1 ? -520 : 0;
  const lung = lungAt(thorax, x, y);
  const heart = heartAt(thorax, x, y);
  const breast = 110 * Math.min(1, Math.max(0, (y - 10) / 40));
  const density =
    wall -
    950 * lung * (1 - 0.55 * Math.min(1, heart)) +
    belly +
    bubble +
    480 * Math.min(1.2, heart) +
    breast +
    midlineAt(x, y, thorax.lungTop);
  return (
    density +
    ribsAt(thorax, x, y) +
    shoulderAt(thorax, x, y) +
    (40 * thorax.texture(x, y, 0) + 30 * thorax.mottle(x, y, 0)) * lung
  );
}

/** A film with, for the class `opacity`, one hazy patch in a lung. The side marker says nothing about the class. */
export function drawChestFilm(sketch: Sketch, tables: NoiseTables): Drawing {
  const { grid, next, noise } = sketch;
  const thorax = makeThorax(next, tables);
  const canvas = emptyCanvas(grid);
  fillCanvas(canvas, (x, y) => densityAt(thorax, x, y));
  paintLungVessels(canvas, thorax, next);
  const diameterMm = between(next, 44, 72);
  const strength = between(next, 480, 820);
  const centre = sketch.lesionMm ? lesionAt(thorax, sketch.lesionMm) : placeInLung(thorax, next);
  const shape = {
    centre,
    diameterMm,
    waviness: 0.22,
    strandCount: 0,
    strandLength: [0, 0],
    strandRadiusMm: 0,
  } as const;
  const lesion = sketch.className === 'opacity' ? makeLesion(shape, next) : undefined;
  if (lesion) paintOpacity(canvas, thorax, lesion, strength);
  blurInPlane(canvas, 4);
  const { values } = canvas;
  for (let at = 0; at < values.length; at++) {
    const density = ((values[at] ?? 0) - 1400) * thorax.contrast + 1400 + thorax.exposure + NOISE * noise();
    values[at] = Math.min(MAXIMUM, Math.max(0, density));
  }
  paintMarker(canvas, next() < 0.5 ? 'L' : 'R', next);
  const ratio = heartRatio(thorax);
  return { canvas, lesion, measures: { number: ratio, finding: ratio } };
}

function paintLungVessels(canvas: Canvas, thorax: Thorax, next: Stream): void {
  for (const side of [-1, 1]) {
    for (const angle of [-1.15, -0.8, -0.4, 0, 0.4, 0.75, 1.1]) {
      const turned = angle + between(next, -0.15, 0.15);
      const tree = branchingTree(
        {
          start: [side * 30, (thorax.lungTop + thorax.diaphragm) / 2 - 4 + 12 * Math.sin(turned), 0],
          direction: [side * Math.cos(turned), Math.sin(turned), 0],
          lengthMm: between(next, 20, 28),
          radiusMm: between(next, 3, 4.4),
          generations: 5,
          depth: 0,
        },
        next,
      );
      for (const tube of tree) {
        paintTube(canvas, tube, (at, share, x, y) => {
          canvas.values[at] = (canvas.values[at] ?? 0) + 75 * share * lungAt(thorax, x, y);
        });
      }
    }
  }
}

/** The mask is the lesion's outline; the density fades towards it, as consolidation does. */
function paintOpacity(canvas: Canvas, thorax: Thorax, lesion: NonNullable<Drawing['lesion']>, strength: number): void {
  const painted: Canvas = { ...canvas, values: new Float32Array(canvas.values.length) };
  paintLesion(painted, lesion, (x, y) => {
    const from = lengthOf(x - lesion.centre[0], y - lesion.centre[1]) / (lesion.diameterMm / 2);
    return (
      strength *
      Math.max(0.25, 1 - 0.6 * from * from) *
      (1 + 0.5 * thorax.mottle(x, y, 9) + 0.25 * thorax.texture(x, y, 5))
    );
  });
  for (let at = 0; at < canvas.values.length; at++)
    canvas.values[at] = (canvas.values[at] ?? 0) + (painted.values[at] ?? 0);
}

function isInLungField(thorax: Thorax, x: number, y: number): boolean {
  return [0, 1, 2, 3, 4, 5, 6, 7].every((i) => {
    const angle = (Math.PI * i) / 4;
    const [px, py] = [x + 22 * Math.cos(angle), y + 22 * Math.sin(angle)];
    return lungAt(thorax, px, py) > 0.5 && heartAt(thorax, px, py) < 0.3;
  });
}

function placeInLung(thorax: Thorax, next: Stream): Point {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const [x, y] = [between(next, -110, 110), between(next, -95, 75)];
    if (isInLungField(thorax, x, y)) return [x, y, 0];
  }
  throw new Error('no place for an opacity in this chest');
}

function lesionAt(thorax: Thorax, [x, y]: readonly [number, number]): Point {
  if (!isInLungField(thorax, x, y)) throw new AppError('invalid-input', 'the opacity position is not in a lung');
  return [x, y, 0];
}

/** A lead letter on the side it names: the patient's left is on the right of a film. */
function paintMarker(canvas: Canvas, letter: keyof typeof GLYPHS, next: Stream): void {
  const { grid, values } = canvas;
  const dot = Math.max(2, Math.round(grid.columns / 100));
  const inset = Math.round(grid.columns * between(next, 0.03, 0.06));
  const left = letter === 'L' ? grid.columns - inset - 3 * dot : inset;
  const top = Math.round(grid.rows * between(next, 0.04, 0.12));
  GLYPHS[letter].forEach((line, row) => {
    for (let column = 0; column < line.length * dot; column++) {
      if (line[Math.floor(column / dot)] !== '1') continue;
      for (let y = 0; y < dot; y++) values[(top + row * dot + y) * grid.columns + left + column] = MAXIMUM;
    }
  });
}
