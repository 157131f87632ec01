import {
  type Affine,
  angleDegrees,
  length,
  planeAffine,
  planeNormal,
  scale,
  subtract,
  type Vector3,
} from '../../domain/geometry.ts';
import type { DataFinding, EvenGrid, FrameFacts, Stack } from '../../domain/imageTypes.ts';
import type { FramesAtPosition } from './seriesFrames.ts';

type StackGeometry = Pick<
  Stack,
  'spacingMm' | 'affine' | 'evenGrid' | 'tiltDegrees' | 'positions' | 'framesPerPosition' | 'findings'
>;

/** Gaps that differ from the median by more than this share of it are not regular. */
const spacingTolerance = 0.01;
/** What rounding in ImagePositionPatient may add, mm. */
const roundingMm = 0.005;
const tiltFindingDegrees = 0.5;

/** Spacing, affine, tilt and findings of frames sorted along their normal; all have position and orientation. */
export function stackGeometry(sorted: readonly FramesAtPosition[], seriesInstanceUid: string): StackGeometry {
  const first = sorted[0]?.frames[0]?.facts;
  const last = sorted.at(-1)?.frames[0]?.facts;
  if (!first?.position || !first.orientation || !last?.position) throw new Error('a frame without position in a stack');
  const normal = planeNormal(first.orientation);
  const span = subtract(last.position, first.position);
  const tiltDegrees = sorted.length > 1 ? Math.round(angleDegrees(span, normal) * 1000) / 1000 : 0;
  const gaps = gapsOf(sorted);
  const isRegular = gaps.every((gap) => isNear(gap, median(gaps)));
  const isStraight = areOriginsOnLine(sorted, first.position, span);
  const step = stepOf(first, normal, span, sorted.length);
  const [row, column] = first.pixelSpacing ?? [null, null];
  const evenGrid = isRegular || !isStraight ? undefined : evenGridOf(sorted, first, span);
  const counts = new Set(sorted.map(({ frames }) => frames.length));
  const framesPerPosition = counts.size === 1 ? (sorted[0]?.frames.length ?? null) : null;
  const findings = [
    ...gapFindings(gaps, isRegular, evenGrid !== undefined),
    ...tiltFindings(tiltDegrees, isStraight && (isRegular || evenGrid !== undefined)),
    ...positionFindings(sorted, framesPerPosition, isStraight),
  ].map((finding) => ({ ...finding, seriesInstanceUid }));
  return {
    spacingMm: [isRegular ? sliceSpacing(first, gaps) : null, row, column],
    affine: isRegular && isStraight ? affineOf(first, step) : null,
    ...(evenGrid ? { evenGrid } : {}),
    tiltDegrees,
    positions: sorted.length,
    framesPerPosition,
    findings,
  };
}

function gapsOf(sorted: readonly FramesAtPosition[]): number[] {
  return sorted.slice(1).map(({ positionMm }, i) => positionMm - (sorted[i]?.positionMm ?? 0));
}

function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)] ?? 0;
}

function isNear(gap: number, expected: number): boolean {
  return Math.abs(gap - expected) <= expected * spacingTolerance + roundingMm;
}

function sliceSpacing(first: FrameFacts, gaps: readonly number[]): number | null {
  if (gaps.length > 0) return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return first.spacingBetweenSlices ?? first.sliceThickness ?? null;
}

/** Displacement from one position to the next; for a single one the stated spacing along the normal, else 1 mm. */
function stepOf(first: FrameFacts, normal: Vector3, span: Vector3, positions: number): Vector3 {
  if (positions > 1) return scale(span, 1 / (positions - 1));
  return scale(normal, sliceSpacing(first, []) ?? 1);
}

function affineOf({ position, orientation, pixelSpacing }: FrameFacts, step: Vector3): Affine | null {
  if (!position || !orientation || !pixelSpacing) return null;
  return planeAffine({ position, orientation, pixelSpacing }, step);
}

/** A gap wider than so many times the usual one and the slices beside it is a hole. */
const widestGap = 1.5;

/** Whether slices are missing: between them lies more than their distance elsewhere or their own thickness accounts for. */
function hasHole(sorted: readonly FramesAtPosition[], gaps: readonly number[]): boolean {
  const usual = median(gaps);
  const thickness = (i: number): number => sorted[i]?.frames[0]?.facts.sliceThickness ?? 0;
  return gaps.some((gap, i) => gap > widestGap * Math.max(usual, thickness(i), thickness(i + 1)) + roundingMm);
}

/** Steps near the usual distance from the first slice to the last; undefined where slices are missing. */
function evenGridOf(sorted: readonly FramesAtPosition[], first: FrameFacts, span: Vector3): EvenGrid | undefined {
  const gaps = gapsOf(sorted);
  if (hasHole(sorted, gaps)) return undefined;
  const positions = sorted.map(({ positionMm }) => positionMm - (sorted[0]?.positionMm ?? 0));
  const whole = positions.at(-1) ?? 0;
  const steps = Math.max(1, Math.round(whole / median(gaps)));
  const affine = affineOf(first, scale(span, 1 / steps));
  return affine ? { affine, slices: steps + 1, sliceAt: positions.map((mm) => (mm / whole) * steps) } : undefined;
}

/** In-plane offsets that are not a steady shear make a volume impossible. */
function areOriginsOnLine(sorted: readonly FramesAtPosition[], start: Vector3, span: Vector3): boolean {
  const firstMm = sorted[0]?.positionMm ?? 0;
  const wholeMm = (sorted.at(-1)?.positionMm ?? 0) - firstMm;
  const toleranceMm = 0.1;
  return sorted.every(({ positionMm, frames }) => {
    const expected = scale(span, wholeMm > 0 ? (positionMm - firstMm) / wholeMm : 0);
    return frames.every(({ facts }) => {
      if (!facts.position) return false;
      const offset = subtract(facts.position, start);
      return length(subtract(offset, expected)) <= toleranceMm;
    });
  });
}

type SeriesFinding = Omit<DataFinding, 'seriesInstanceUid'>;

const whatFollows = (isResampled: boolean): string =>
  `Lengths within an image hold; other planes are ${isResampled ? 'resampled by the position of each slice' : 'not computed'}, and the volume of a lesion comes from the distances as they are, with the interval that they leave.`;

function gapFindings(gaps: readonly number[], isRegular: boolean, isResampled: boolean): SeriesFinding[] {
  if (isRegular) return [];
  const consequence = whatFollows(isResampled);
  const usual = median(gaps);
  const missing = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / usual) - 1), 0);
  const areMultiples = gaps.every((gap) => Math.abs(gap / usual - Math.round(gap / usual)) <= 0.05);
  // A sparse object (a segmentation of two far lesions) misses nothing.
  if (!isResampled && areMultiples && missing > 0 && missing <= gaps.length) {
    const message = `${missing} of ${gaps.length + 1 + missing} positions are missing (spacing ${usual.toFixed(2)} mm). ${consequence}`;
    return [{ code: 'missing-slice', message, severity: 'warning' }];
  }
  const message = `The distance between slices varies from ${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} mm. ${consequence}`;
  return [{ code: 'variable-spacing', message, severity: 'warning' }];
}

function tiltFindings(tiltDegrees: number, isGrid: boolean): SeriesFinding[] {
  if (tiltDegrees <= tiltFindingDegrees) return [];
  const message = `The slices are sheared by ${tiltDegrees.toFixed(1)} degrees (gantry tilt).${isGrid ? ' Lengths within an image hold; other planes are computed with the shear corrected.' : ''}`;
  return [{ code: 'gantry-tilt', message, severity: 'warning' }];
}

function positionFindings(
  sorted: readonly FramesAtPosition[],
  framesPerPosition: number | null,
  isStraight: boolean,
): SeriesFinding[] {
  const findings: SeriesFinding[] = [];
  if (framesPerPosition === null) {
    const repeated = sorted.filter(({ frames }) => frames.length > 1).length;
    const message = `${repeated} of ${sorted.length} positions hold more than one image.`;
    findings.push({ code: 'duplicate-position', message, severity: 'warning' });
  }
  if (!isStraight) {
    const message = 'The slices are shifted against each other irregularly; they do not form a volume.';
    findings.push({ code: 'irregular-positions', message, severity: 'warning' });
  }
  return findings;
}
