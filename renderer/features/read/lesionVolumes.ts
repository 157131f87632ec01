import type { StackDetail } from '../../../main/contract/images.ts';
import type { Label } from '../../../main/contract/labels.ts';
import { type DrawnOutline, type MappedLesion, mapLesions } from '../../../main/domain/volume/lesionMap.ts';
import type { LesionVolume } from '../../../main/domain/volume/lesionVolume.ts';
import { frameIndexOf, isLesion } from './marksOf.ts';

/** Outlines of one reader that touch from image to image. */
export interface MeasuredLesion extends MappedLesion {
  readonly volume: LesionVolume;
  readonly readerId: string;
  readonly readerName: string;
  /** The answer that its outlines carry. */
  readonly answer: string;
  /** Of the stack: where its middle outline lies. */
  readonly frameIndex: number;
}

/**
 * Volumes of the lesions drawn in a stack, by the positions of its images, whatever their distances; joined as in the NIfTI
 * export. Empty where the header gives no size of the pixels in the patient or no positions.
 */
export function lesionVolumes(labels: readonly Label[], stack: StackDetail): MeasuredLesion[] {
  const { rows, columns, pixelSpacing } = stack;
  const positionsMm = [...new Set(stack.frames.flatMap(({ slicePositionMm }) => slicePositionMm ?? []))];
  if (pixelSpacing?.source !== 'PixelSpacing' || positionsMm.length < 2) return [];
  const grid = { rows, columns, pixelAreaMm2: pixelSpacing.rowMm * pixelSpacing.columnMm, positionsMm };
  const readers = [...Map.groupBy(labels.filter(isLesion), ({ readerId }) => readerId)];
  return readers.flatMap(([readerId, own]) =>
    mapLesions(
      own.flatMap((label) => outlineOf(label, stack, positionsMm)),
      grid,
    ).lesions.flatMap((lesion): MeasuredLesion[] => {
      const middle = own.find(({ id }) => id === lesion.labelIds[Math.floor(lesion.labelIds.length / 2)]);
      if (!lesion.volume || !middle) return [];
      const { value: answer, readerName } = middle;
      const frameIndex = frameIndexOf(middle, stack);
      return [{ ...lesion, volume: lesion.volume, readerId, readerName, answer, frameIndex }];
    }),
  );
}

/** Lines have no area. */
function outlineOf(label: Label, stack: StackDetail, positionsMm: readonly number[]): DrawnOutline[] {
  const { geometry } = label;
  if (geometry?.space !== 'image') return [];
  const { type, points } = geometry;
  if (type === 'length' || type === 'bidirectional') return [];
  const place = stack.frames[frameIndexOf(label, stack)]?.slicePositionMm;
  const slice = place === undefined ? -1 : positionsMm.indexOf(place);
  if (slice < 0) return [];
  return [{ labelId: label.id, kind: `${label.definitionId}\n${label.value}`, slice, outline: { type, points } }];
}

/** `1.24 cm³ (0.98 to 1.51)`; small ones in mm³. */
export function volumeText({ volumeMm3, lowMm3, highMm3 }: LesionVolume): string {
  const isSmall = volumeMm3 < 1000;
  const shown = (mm3: number): string => (isSmall ? mm3.toFixed(0) : (mm3 / 1000).toFixed(mm3 < 100_000 ? 2 : 0));
  return `${shown(volumeMm3)} ${isSmall ? 'mm³' : 'cm³'} (${shown(lowMm3)} to ${shown(highMm3)})`;
}
