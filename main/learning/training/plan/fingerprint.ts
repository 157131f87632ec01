import type { z } from 'zod';
import { sideWord } from '../../../contract/augmentationGaps.ts';
import type { CaseCounts } from '../../../contract/datasets.ts';
import { SnapshotFingerprint } from '../../../contract/training/fingerprint.ts';
import type { SnapshotIndex } from '../../dataset/openSnapshot.ts';
import { snapshotSummary } from '../../dataset/openSnapshot.ts';

/** What an image of the workspace tells about itself. */
export interface SourceImage {
  readonly modality: string;
  readonly bodyPart?: string | undefined;
  readonly rows: number;
  readonly columns: number;
  /** Between columns. */
  readonly spacingMm?: number | undefined;
}

export interface FingerprintParts {
  readonly index: SnapshotIndex;
  /** Images of (some of) its cases, where they are at hand. */
  readonly images: readonly SourceImage[];
  /** Levels of some pictures, 0 to 65535. */
  readonly levels: Uint16Array;
  readonly device: SnapshotFingerprint['device'];
}

const spread = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { low: at(0.05), median: at(0.5), high: at(0.95) };
};

function sourceOf(images: readonly SourceImage[]): SnapshotFingerprint['source'] {
  if (images.length === 0) return undefined;
  const counts = Map.groupBy(images, ({ modality }) => modality);
  const modalities = [...counts].map(([modality, members]) => ({ modality, images: members.length }));
  const parts = new Set(images.map(({ bodyPart }) => bodyPart));
  const [bodyPart] = parts;
  const spacings = images.flatMap(({ spacingMm }) => (spacingMm === undefined ? [] : [spacingMm]));
  return {
    images: images.length,
    modalities: modalities.sort((a, b) => b.images - a.images || a.modality.localeCompare(b.modality)),
    ...(parts.size === 1 && bodyPart !== undefined ? { bodyPart } : {}),
    side: spread(images.map(({ rows, columns }) => Math.min(rows, columns))),
    ...(spacings.length > 0 ? { spacingMm: spread(spacings) } : {}),
  };
}

/** Cases of one training's parts, of each class in it, and of the smallest class in test. */
function countsOf(
  counts: z.output<typeof CaseCounts>,
  classes: readonly string[],
  cases: number,
  folds: number | undefined,
) {
  const of = (part: string, name: string) => counts[part]?.[name] ?? { cases: 0, patients: 0 };
  const all = (part: string) => classes.reduce((sum, name) => sum + of(part, name).cases, 0);
  if (folds === undefined)
    return {
      ...{ trainCases: all('train'), valCases: all('val') },
      classes: classes.map((name) => ({ name, ...of('train', name) })),
      leastTestCases: Math.min(...classes.map((name) => of('test', name).cases)),
    };
  const parts = Object.keys(counts);
  const outside = (cases * (parts.length - 1)) / Math.max(1, parts.length);
  return {
    ...{ trainCases: Math.round(outside * 0.85), valCases: Math.round(outside * 0.15) },
    classes: classes.map((name) => ({
      name,
      cases: parts.reduce((sum, part) => sum + of(part, name).cases, 0),
      patients: parts.reduce((sum, part) => sum + of(part, name).patients, 0),
    })),
    leastTestCases: Math.min(...parts.flatMap((part) => classes.map((name) => of(part, name).cases))),
  };
}

/** The numbers a plan is made from. Pure. */
export function fingerprintOf({ index, images, levels, device }: FingerprintParts): SnapshotFingerprint {
  const { manifest } = index;
  const { id, unit, classes, cases, patients, folds, size, channels, target } = snapshotSummary(index);
  const { mean, standardDeviation, cropMm, window, slices } = manifest.preprocessing;
  const shareOf = (level: number) =>
    levels.reduce((sum, value) => sum + (value === level ? 1 : 0), 0) / Math.max(1, levels.length);
  return SnapshotFingerprint.parse({
    ...{ snapshot: id, task: manifest.recipe.task, unit, size, channels, cases, patients, device },
    ...(folds === undefined ? {} : { folds }),
    ...countsOf(manifest.counts, classes, cases, folds),
    sideWord: sideWord({ target, classes, unit }),
    hasWindow: window !== undefined,
    ...(cropMm === undefined ? {} : { cropMm }),
    ...(slices && { slices }),
    source: sourceOf(images),
    intensities: { mean, standardDeviation, atBlack: shareOf(0), atWhite: shareOf(65_535) },
  });
}
