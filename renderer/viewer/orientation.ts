import type { FrameRef, StackDetail } from '../../main/contract/images.ts';
import {
  columnDirection,
  type Orientation,
  orientationLetters,
  rowDirection,
  scale,
} from '../../main/domain/geometry.ts';
import type { Rotation } from './viewTransform.ts';

/** Letters of the patient sides at the edges of the image; absent where the header does not tell. */
export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

const opposites: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

const opposite = (letters: string): string => Array.from(letters, (letter) => opposites[letter] ?? '').join('');

/** The letters where the image is flipped (left and right), then turned clockwise by quarters. */
export function turnedLetters(letters: EdgeLetters, rotation: Rotation, isFlipped: boolean): EdgeLetters {
  const { left, right, top, bottom } = isFlipped ? { ...letters, left: letters.right, right: letters.left } : letters;
  const around = [top, right, bottom, left];
  const at = (side: number): string => around[(side - rotation / 90 + 4) % 4] ?? '';
  return { top: at(0), right: at(1), bottom: at(2), left: at(3) };
}

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
