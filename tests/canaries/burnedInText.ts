import { randomStream } from '../../main/domain/random.ts';
import { detectBurnedIn } from '../../main/imaging/deidentify/burned-in/detectBurnedIn.ts';
import type { PixelBox } from '../../main/imaging/deidentify/burned-in/maskRectangles.ts';
import { type Background, makeBackgrounds } from './backgrounds.ts';
import { type Writing, write, writtenSize } from './letters.ts';

const faces = ['dots', 'round', 'slanted', 'bold'] as const;
const heights = [8, 11, 15, 21, 30] as const;
/** Grey levels of 255 between text and what is below it. */
const contrasts = [30, 50, 80, 130, 200] as const;
const texts = ['ZIEGLER ANNA', 'MRN 8812347', '1961 05 17', 'HOSPITAL ST JOHN', 'DR KOVACS', 'ID 40 71 PAT'];
const inks = [[1, 1, 1], [1, 1, 0], [0.2, 1, 0.3], [1, 0.4, 0.2]] as const; // biome-ignore format: colours

/** One burnt-in text, and whether the boxes cover it. */
export interface Canary {
  readonly background: string;
  readonly face: string;
  readonly height: number;
  readonly contrast: number;
  readonly polarity: 'brighter' | 'darker';
  readonly isColoured: boolean;
  /** Share of the text's rectangle inside boxes. */
  readonly covered: number;
}

export interface TextMeasurement {
  readonly canaries: readonly Canary[];
  /** Of the pictures without text: share of the picture in boxes, and boxes. */
  readonly silent: readonly { readonly background: string; readonly share: number; readonly boxes: number }[];
  readonly seconds: number;
}

const perPicture = 4;

/** Burns texts into pictures of eight kinds and asks the detector; seeded. */
export async function measureBurnedInText(seed: number, perKind: number): Promise<TextMeasurement> {
  const backgrounds = await makeBackgrounds(seed, perKind);
  const canaries: Canary[] = [];
  const silent: TextMeasurement['silent'][number][] = [];
  const started = performance.now();
  for (const [n, background] of backgrounds.entries()) {
    silent.push({ background: background.kind, ...shareOf(background) });
    canaries.push(...burnInto(background, randomStream(seed, 'burn', n)));
  }
  return { canaries, silent, seconds: (performance.now() - started) / 1000 };
}

function shareOf({ pixels, samples, rows, columns }: Background): { share: number; boxes: number } {
  const boxes = detectBurnedIn(pixels, { samplesPerPixel: samples, rows, columns });
  const mask = maskOf(boxes, { left: 0, top: 0, width: columns, height: rows });
  return { share: mask, boxes: boxes.length };
}

function burnInto(background: Background, random: () => number): Canary[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const pixels = Uint8Array.from(background.pixels);
  const placed: { readonly box: PixelBox; readonly facts: Omit<Canary, 'covered'> }[] = [];
  for (let attempt = 0; attempt < 200 && placed.length < perPicture; attempt++) {
    const how = { text: pick(texts), height: pick(heights), face: pick(faces) };
    const { width, height } = writtenSize(how);
    if (width > background.columns - 12) continue;
    const left = 6 + Math.floor(random() * (background.columns - width - 12));
    const top = 6 + Math.floor(random() * (background.rows - height - 12));
    const box = { left, top, width, height };
    if (placed.some((other) => areNear(other.box, box))) continue;
    const ink = background.samples === 3 && random() < 0.5 ? pick(inks.slice(1)) : inks[0];
    const contrast = pick(contrasts);
    const polarity = random() < 0.75 ? 'brighter' : 'darker';
    if (!burn(pixels, background, { ...how, left, top }, ink, polarity === 'brighter' ? contrast : -contrast)) continue;
    placed.push({
      box,
      facts: {
        background: background.kind,
        face: how.face,
        height: how.height,
        contrast,
        polarity,
        isColoured: ink !== inks[0],
      },
    });
  }
  const boxes = detectBurnedIn(pixels, {
    samplesPerPixel: background.samples,
    rows: background.rows,
    columns: background.columns,
  });
  return placed.map(({ box, facts }) => ({ ...facts, covered: maskOf(boxes, box) }));
}

const areNear = (a: PixelBox, b: PixelBox): boolean =>
  a.left < b.left + b.width + 50 &&
  b.left < a.left + a.width + 50 &&
  a.top < b.top + b.height + 40 &&
  b.top < a.top + a.height + 40;

/** Adds the ink; false, and nothing done, where the picture is too bright or dark for it to be seen. */
function burn(
  pixels: Uint8Array,
  { samples, rows, columns }: Background,
  writing: Writing,
  ink: readonly number[],
  contrast: number,
): boolean {
  const changes: (readonly [at: number, value: number])[] = [];
  let [wanted, got] = [0, 0];
  write(writing, (x, y, share) => {
    if (x < 0 || y < 0 || x >= columns || y >= rows) return;
    for (let sample = 0; sample < samples; sample++) {
      const at = (y * columns + x) * samples + sample;
      const before = pixels[at] ?? 0;
      const change = contrast * share * (ink[sample] ?? 1);
      const value = Math.min(255, Math.max(0, Math.round(before + change)));
      wanted += Math.abs(change);
      got += Math.abs(value - before);
      changes.push([at, value]);
    }
  });
  if (got < 0.8 * wanted) return false;
  for (const [at, value] of changes) pixels[at] = value;
  return true;
}

/** Share of `text` inside the boxes. */
function maskOf(boxes: readonly PixelBox[], text: PixelBox): number {
  let inside = 0;
  for (let y = text.top; y < text.top + text.height; y++)
    for (let x = text.left; x < text.left + text.width; x++)
      if (boxes.some((box) => x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height))
        inside++;
  return inside / (text.width * text.height);
}
