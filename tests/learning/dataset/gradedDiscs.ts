import { randomStream } from '../../../main/domain/random.ts';
import type { SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import type { GreyFrame } from '../../../main/learning/dataset/preprocess.ts';
import type { LoadCaseFrame } from '../../../main/learning/dataset/writeSnapshot.ts';
import { image, input, label } from './syntheticSelection.ts';

/** Radius in pixels of each grade. */
export const sizes = { small: 2, medium: 4, large: 6, huge: 8 };

/** One disc per patient, of the four sizes by turns. */
export function discs(patients: number): SelectionInput {
  const images = Array.from({ length: patients }, (_, i) => image(i + 1));
  const grades = Object.keys(sizes);
  return input(
    images,
    images.map((of, i) => label(of, grades[i % grades.length] ?? '')),
    { definition: { name: 'Size', scope: 'image', values: grades } },
  );
}

/** A disc on noise, as large as the answer says: a grade, or a radius in pixels. */
export const loadSized: LoadCaseFrame = (c): Promise<GreyFrame> => {
  const { rows, columns, className } = c;
  const next = randomStream(7, c.caseId);
  const radius = Object.entries(sizes).find(([grade]) => grade === className)?.[1] ?? Number(className);
  const [centreColumn, centreRow] = [columns / 2 + next() - 0.5, rows / 2 + next() - 0.5];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const distance = Math.hypot((i % columns) - centreColumn, Math.floor(i / columns) - centreRow);
    return (distance < radius ? 600 : 200) + Math.round(100 * next());
  });
  return Promise.resolve({ rows, columns, values, isInverted: false });
};
