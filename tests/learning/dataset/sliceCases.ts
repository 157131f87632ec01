import { randomStream } from '../../../main/domain/random.ts';
import type { SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import type { LoadCaseFrame } from '../../../main/learning/dataset/caseLevels.ts';
import type { GreyFrame } from '../../../main/learning/dataset/preprocess.ts';
import { image, input, label } from './syntheticSelection.ts';

/** Series of `frames` images, labelled `light` where one image in the middle half holds a disc. */
export function seriesOfDiscs(patients: number, framesOf: (n: number) => number = () => 9): SelectionInput {
  const images = Array.from({ length: patients }, (_, i) =>
    image(i + 1, { frameCount: framesOf(i + 1), sopInstanceUid: `1.${i + 1}.1.1` }),
  );
  const labels = images.map((of, i) =>
    label(of, i % 2 === 0 ? 'dark' : 'light', {
      target: { studyInstanceUid: of.studyInstanceUid, seriesInstanceUid: of.seriesInstanceUid } as never,
    }),
  );
  const definition = { name: 'Finding', scope: 'series' as const, values: ['dark', 'light'] };
  return input(images, labels, { definition });
}

/** Noise everywhere; in one image of a `light` series a disc. */
export const loadSliceOfDiscs: LoadCaseFrame = (c): Promise<GreyFrame> => {
  const { rows, columns, patientId, frameNumber, className } = c;
  const next = randomStream(11, patientId, frameNumber);
  const hasDisc = className === 'light' && frameNumber === 5;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const distance = Math.hypot((i % columns) - columns / 2, Math.floor(i / columns) - rows / 2);
    return (hasDisc && distance < 6 ? 700 : 200) + Math.round(150 * next());
  });
  return Promise.resolve({ rows, columns, values, isInverted: false });
};
