import { DatasetRecipe } from '../../../main/contract/datasets.ts';
import { randomStream } from '../../../main/domain/random.ts';
import type { CandidateImage, CandidateLabel, SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import type { GreyFrame } from '../../../main/learning/dataset/preprocess.ts';
import type { LoadCaseFrame } from '../../../main/learning/dataset/writeSnapshot.ts';

export const recipe = (extra: object = {}): DatasetRecipe =>
  DatasetRecipe.parse({ target: 'Finding', size: 16, ...extra });

export const image = (n: number, extra: Partial<CandidateImage> = {}): CandidateImage => ({
  patientId: `P${n}`,
  studyInstanceUid: `1.${n}`,
  seriesInstanceUid: `1.${n}.1`,
  sopInstanceUid: `1.${n}.1.1`,
  sourcePath: `/images/${n}`,
  pixelSha256: `hash-${n}`,
  rows: 20,
  columns: 24,
  frameCount: 1,
  isLossy: false,
  isRemoved: false,
  isDamaged: false,
  ...extra,
});

export const label = (of: CandidateImage, value: string, extra: Partial<CandidateLabel> = {}): CandidateLabel =>
  ({
    labelId: `label-${of.sopInstanceUid}-${extra.readerName ?? 'Ann'}`,
    revision: 1,
    readerName: 'Ann',
    target: {
      studyInstanceUid: of.studyInstanceUid,
      seriesInstanceUid: of.seriesInstanceUid,
      sopInstanceUid: of.sopInstanceUid,
      frameNumber: 1,
    },
    value,
    ...extra,
  }) as CandidateLabel;

export const input = (
  images: readonly CandidateImage[],
  labels: readonly CandidateLabel[],
  extra: Partial<SelectionInput> = {},
): SelectionInput => ({
  definition: { name: 'Finding', scope: 'image', values: ['dark', 'light'] },
  images,
  labels,
  seriesFrames: new Map(),
  ...extra,
});

/** `patients` patients with one image each, dark and light by turns. */
export function twoClasses(patients: number): SelectionInput {
  const images = Array.from({ length: patients }, (_, i) => image(i + 1));
  return input(
    images,
    images.map((of, i) => label(of, i % 2 === 0 ? 'dark' : 'light')),
  );
}

/** Noise with a disc, large in `light` cases: learnable whatever the range of the image. */
export const loadDisc: LoadCaseFrame = (c): Promise<GreyFrame> => {
  const { rows, columns } = c;
  const next = randomStream(7, c.caseId);
  const radius = c.className === 'light' ? 6 : 2.5;
  const [centreColumn, centreRow] = [columns / 2 + 4 * (next() - 0.5), rows / 2 + 4 * (next() - 0.5)];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const distance = Math.hypot((i % columns) - centreColumn, Math.floor(i / columns) - centreRow);
    return (distance < radius ? 600 : 200) + Math.round(150 * next());
  });
  return Promise.resolve({ rows, columns, values, isInverted: false });
};
