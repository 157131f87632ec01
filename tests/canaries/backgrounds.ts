import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomStream } from '../../main/domain/random.ts';
import { greyOf } from '../../main/imaging/deidentify/burned-in/greyOf.ts';
import { loadFrame } from '../../main/imaging/loadFrame.ts';
import { makePhantoms } from '../../main/imaging/phantom/makePhantoms.ts';

/** 8-bit samples, row-major, one or three per pixel. */
export interface Background {
  readonly kind: string;
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly pixels: Uint8Array;
}

type Random = () => number;
const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

function painted(
  kind: string,
  [rows, columns]: readonly [number, number],
  samples: 1 | 3,
  colourAt: (x: number, y: number) => readonly number[],
): Background {
  const pixels = new Uint8Array(rows * columns * samples);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      colourAt(x, y).forEach((value, sample) => {
        pixels[(y * columns + x) * samples + sample] = byte(value);
      });
  return { kind, rows, columns, samples, pixels };
}

const size = [360, 480] as const;

/** Smooth noise: random values on a grid of `cell` pixels, interpolated. */
function cloud(
  random: Random,
  cell: number,
  [rows, columns]: readonly [number, number],
): (x: number, y: number) => number {
  const width = Math.ceil(columns / cell) + 2;
  const grid = Array.from({ length: width * (Math.ceil(rows / cell) + 2) }, () => random());
  return (x, y) => {
    const [gx, gy] = [x / cell, y / cell];
    const [i, j] = [Math.floor(gx), Math.floor(gy)];
    const [fx, fy] = [gx - i, gy - j];
    const at = (dx: number, dy: number): number => grid[(j + dy) * width + i + dx] ?? 0;
    return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
  };
}

/** A fan of speckle on black, with the scales and colour bar of a scanner; colour flow in it where `isColour`. */
function ultrasound(random: Random, isColour: boolean): Background {
  const speckle = cloud(random, 3, size);
  const tissue = cloud(random, 40, size);
  const flow = cloud(random, 24, size);
  const [rows, columns] = size;
  return painted(isColour ? 'ultrasound, colour' : 'ultrasound', size, isColour ? 3 : 1, (x, y) => {
    const [dx, dy] = [x - columns / 2, y + 30];
    const isInFan = Math.abs(dx) < dy * 0.75 && Math.hypot(dx, dy) < rows && y > 20;
    const isBar = x > columns - 16 && x < columns - 6 && y > 60 && y < 200;
    const grey = isBar
      ? 255 - ((y - 60) * 255) / 140
      : isInFan
        ? 30 + 110 * tissue(x, y) * (0.4 + 1.2 * speckle(x, y))
        : 3;
    if (!isColour) return [grey];
    const isFlow = isInFan && flow(x, y) > 0.72;
    return isFlow ? [flow(x, y) > 0.8 ? 210 : 40, 30, flow(x, y) > 0.8 ? 40 : 220] : [grey, grey, grey];
  });
}

/** Smooth shades with grain, as an image intensifier gives. */
function fluoroscopy(random: Random): Background {
  const body = cloud(random, 90, size);
  const bone = cloud(random, 30, size);
  const [rows, columns] = size;
  return painted('fluoroscopy', size, 1, (x, y) => {
    const isInside = Math.hypot(x - columns / 2, y - rows / 2) < rows / 2 - 4;
    return [isInside ? 60 + 110 * body(x, y) + 30 * bone(x, y) + 14 * (random() - 0.5) : 2];
  });
}

/** A screen: panels, lines, a picture in the middle. */
function capture(random: Random): Background {
  const inner = cloud(random, 12, size);
  const [rows, columns] = size;
  return painted('screen capture', size, 3, (x, y) => {
    const isPicture = x > 110 && x < columns - 20 && y > 40 && y < rows - 50;
    if (isPicture) return Array.from({ length: 3 }, () => 200 * inner(x, y));
    const isLine = y % 60 === 0 || x === 108;
    return isLine ? [90, 100, 120] : y < 36 ? [40, 60, 110] : [58, 62, 70];
  });
}

/** A photograph in colour: warm, smooth, with bright spots. */
function photograph(random: Random): Background {
  const folds = cloud(random, 50, size);
  const fine = cloud(random, 6, size);
  return painted('photograph', size, 3, (x, y) => {
    const light = 60 + 150 * folds(x, y) + 18 * fine(x, y);
    return [light * 1.1, light * 0.62, light * 0.5];
  });
}

async function phantoms(seed: number, perKind: number): Promise<Background[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'backgrounds-'));
  try {
    const found: Background[] = [];
    for (const kind of ['ct-nodule', 'mr-lesion', 'cr'] as const) {
      const out = path.join(folder, kind);
      await makePhantoms({
        out,
        patients: kind === 'cr' ? perKind : Math.ceil(perKind / 4),
        seed,
        kind,
        shape: { columns: 320, rows: 320, ...(kind === 'cr' ? {} : { frames: 4 }) },
      });
      const files = readdirSync(out, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.dcm'))
        .sort();
      for (const file of files.slice(0, perKind)) {
        const frame = await loadFrame(path.join(out, file), 1);
        const pixels = greyOf(frame.pixels, { samplesPerPixel: 1 });
        found.push({
          kind: { 'ct-nodule': 'CT', 'mr-lesion': 'MR', cr: 'film' }[kind],
          rows: frame.rows,
          columns: frame.columns,
          samples: 1,
          pixels,
        });
      }
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `perKind` pictures of each of eight kinds, the same for the same seed. */
export async function makeBackgrounds(seed: number, perKind: number): Promise<Background[]> {
  const made = Array.from({ length: perKind }, (_, i) => {
    const random = randomStream(seed, 'background', i);
    return [
      ultrasound(random, false),
      ultrasound(random, true),
      fluoroscopy(random),
      capture(random),
      photograph(random),
    ];
  }).flat();
  return [...made, ...(await phantoms(seed, perKind))];
}
