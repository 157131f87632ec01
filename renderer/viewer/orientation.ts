import type { FrameRef, StackDetail } from '../../main/contract/images.ts';
import {
  columnDirection,
  type Orientation,
  orientationLetters,
  rowDirection,
  scale,
} from '../../main/domain/geometry.ts';

/** Letters of the patient sides at the edges of the image; absent where the header does not tell. */
export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

const opposites: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

const opposite = (letters: string): string => [...letters].map((letter) => opposites[letter] ?? '').join('');

/** From ImageOrientationPatient, else from PatientOrientation (projection images); never from anything else. */
export function edgeLetters(frame: FrameRef | undefined, stack: StackDetail | undefined): EdgeLetters | undefined {
  if (frame?.orientation?.length === 6) {
    const orientation = frame.orientation as unknown as Orientation;
    const alongRow = rowDirection(orientation);
    const alongColumn = columnDirection(orientation);
    return {
      right: orientationLetters(alongRow),
      left: orientationLetters(scale(alongRow, -1)),
      bottom: orientationLetters(alongColumn),
      top: orientationLetters(scale(alongColumn, -1)),
    };
  }
  const [row, column] = stack?.patientOrientation ?? [];
  if (!row || !column) return undefined;
  return { right: row, left: opposite(row), bottom: column, top: opposite(column) };
}
