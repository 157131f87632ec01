import { type LesionVolume, lesionVolume } from './lesionVolume.ts';
import { type Outline, pixelsInside } from './outlineMask.ts';

/** An outline on one image of a stack. */
export interface DrawnOutline {
  readonly labelId: string;
  /** Outlines of one kind may belong to one lesion: the question, its answer. */
  readonly kind: string;
  /** Index of the image in the stack's positions. */
  readonly slice: number;
  readonly outline: Outline;
}

/** Outlines that touch from image to image, as one lesion. */
export interface MappedLesion {
  /** In the label map; from 1. */
  readonly value: number;
  readonly kind: string;
  readonly labelIds: readonly string[];
  readonly firstSlice: number;
  readonly lastSlice: number;
  readonly pixels: number;
  readonly volume: LesionVolume | undefined;
}

export interface LesionGrid {
  readonly rows: number;
  readonly columns: number;
  /** mm^2 of a pixel; undefined where the spacing is unknown. */
  readonly pixelAreaMm2: number | undefined;
  /** Of all images, ascending; mm along the normal. */
  readonly positionsMm: readonly number[];
}

interface Part extends DrawnOutline {
  readonly pixels: ReadonlySet<number>;
}

/**
 * Joins outlines of one kind that overlap on the same or on neighbouring images into lesions, numbered by their first
 * image, the larger ones first. `slices`: the label map's values, by image; where lesions overlap the later number is written.
 */
export function mapLesions(
  drawn: readonly DrawnOutline[],
  grid: LesionGrid,
): { readonly lesions: readonly MappedLesion[]; readonly slices: ReadonlyMap<number, Uint16Array> } {
  const parts = drawn
    .map((each): Part => ({ ...each, pixels: new Set(pixelsInside(each.outline, grid)) }))
    .sort((a, b) => a.slice - b.slice || (a.labelId < b.labelId ? -1 : 1));
  const groups: Part[][] = [];
  for (const part of parts) {
    const touching = groups.filter((group) => group.some((other) => areOne(part, other)));
    const joined = [...touching.flat(), part];
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  groups.sort((a, b) => firstSlice(a) - firstSlice(b) || sizeOf(b) - sizeOf(a));
  const slices = new Map<number, Uint16Array>();
  const lesions = groups.map((group, i) => {
    for (const { slice, pixels } of group) paint(slices, slice, pixels, i + 1, grid);
    return lesionOf(group, i + 1, grid);
  });
  return { lesions, slices };
}

const firstSlice = (group: readonly Part[]): number => Math.min(...group.map(({ slice }) => slice));

const sizeOf = (group: readonly Part[]): number => group.reduce((sum, { pixels }) => sum + pixels.size, 0);

function areOne(a: Part, b: Part): boolean {
  if (a.kind !== b.kind || Math.abs(a.slice - b.slice) > 1) return false;
  for (const pixel of a.pixels) if (b.pixels.has(pixel)) return true;
  return false;
}

function paint(
  slices: Map<number, Uint16Array>,
  slice: number,
  pixels: ReadonlySet<number>,
  value: number,
  { rows, columns }: LesionGrid,
): void {
  const image = slices.get(slice) ?? new Uint16Array(rows * columns);
  for (const pixel of pixels) image[pixel] = value;
  slices.set(slice, image);
}

function lesionOf(group: readonly Part[], value: number, { pixelAreaMm2, positionsMm }: LesionGrid): MappedLesion {
  const bySlice = new Map<number, Set<number>>();
  for (const { slice, pixels } of group) bySlice.set(slice, new Set([...(bySlice.get(slice) ?? []), ...pixels]));
  const sections = [...bySlice].map(([slice, pixels]) => ({
    positionMm: positionsMm[slice] ?? 0,
    areaMm2: pixels.size * (pixelAreaMm2 ?? 0),
  }));
  const slices = [...bySlice.keys()];
  return {
    value,
    kind: group[0]?.kind ?? '',
    labelIds: group.map(({ labelId }) => labelId),
    firstSlice: Math.min(...slices),
    lastSlice: Math.max(...slices),
    pixels: [...bySlice.values()].reduce((sum, pixels) => sum + pixels.size, 0),
    volume: pixelAreaMm2 === undefined ? undefined : lesionVolume(sections, positionsMm),
  };
}
