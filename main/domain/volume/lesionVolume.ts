/** Outline areas of one lesion on the images of a stack. */
export interface LesionSection {
  /** Along the stack's normal. */
  readonly positionMm: number;
  readonly areaMm2: number;
}

export interface LesionVolume {
  readonly volumeMm3: number;
  /** What the images leave open: where between two images the outline changes, and where the lesion ends. */
  readonly lowMm3: number;
  readonly highMm3: number;
}

/**
 * Volume of a lesion by its outlines, whatever the distances between images. Between two outlines the area is taken to
 * change evenly, within the interval to lie between the two; beyond the first and last one the lesion ends half way to the
 * next image, within the interval anywhere before it. `positionsMm`: all images of the stack, ascending; at the end of a
 * stack the last distance counts. Undefined without outlines or with a single position.
 */
export function lesionVolume(
  sections: readonly LesionSection[],
  positionsMm: readonly number[],
): LesionVolume | undefined {
  const outlines = merged(sections);
  const [first, last] = [outlines[0], outlines.at(-1)];
  if (!first || !last || positionsMm.length < 2) return undefined;
  const sum = { volumeMm3: 0, lowMm3: 0, highMm3: 0 };
  const add = (mm: number, a: number, b: number): void => {
    sum.volumeMm3 += (mm * (a + b)) / 2;
    sum.lowMm3 += mm * Math.min(a, b);
    sum.highMm3 += mm * Math.max(a, b);
  };
  outlines.slice(1).forEach((outline, i) => {
    const before = outlines[i] ?? outline;
    add(outline.positionMm - before.positionMm, before.areaMm2, outline.areaMm2);
  });
  add(gapBeside(positionsMm, first.positionMm, -1), 0, first.areaMm2);
  add(gapBeside(positionsMm, last.positionMm, 1), last.areaMm2, 0);
  return sum;
}

/** Several outlines on one image are parts of the lesion. */
function merged(sections: readonly LesionSection[]): LesionSection[] {
  const areas = new Map<number, number>();
  for (const { positionMm, areaMm2 } of sections) areas.set(positionMm, (areas.get(positionMm) ?? 0) + areaMm2);
  return [...areas]
    .map(([positionMm, areaMm2]) => ({ positionMm, areaMm2 }))
    .sort((a, b) => a.positionMm - b.positionMm);
}

const samePositionMm = 0.01;

/** mm to the next image on one side; of the outermost image, mm to its only neighbour. */
function gapBeside(positionsMm: readonly number[], fromMm: number, side: -1 | 1): number {
  const distances = positionsMm.map((mm) => (mm - fromMm) * side).filter((mm) => Math.abs(mm) > samePositionMm);
  const beyond = distances.filter((mm) => mm > 0);
  return Math.min(...(beyond.length > 0 ? beyond : distances.map(Math.abs)));
}
