import type { FrameRef, WorklistRow } from '../../../main/contract/images.ts';
import type { Label, LabelDefinition, LabelTarget, Scope } from '../../../main/contract/labels.ts';

/** Where the reader is: the series of the active viewport and the frame on screen. */
export interface ReadPlace {
  readonly row: WorklistRow;
  readonly frame: FrameRef | undefined;
}

/** What an answer given here is about; undefined while an image question has no image on screen. */
export function targetOf(scope: Scope, { row, frame }: ReadPlace): LabelTarget | undefined {
  const { studyInstanceUid, seriesInstanceUid } = row;
  if (scope === 'study') return { studyInstanceUid };
  if (scope === 'series') return { studyInstanceUid, seriesInstanceUid };
  if (!frame) return undefined;
  const { sopInstanceUid, frameNumber } = frame;
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameNumber };
}

function isAbout(label: Label, definition: LabelDefinition, place: ReadPlace): boolean {
  if (label.definitionId !== definition.id || label.isRetracted) return false;
  const { target } = label;
  if (target.studyInstanceUid !== place.row.studyInstanceUid) return false;
  if (definition.scope === 'study') return true;
  if (target.seriesInstanceUid !== place.row.seriesInstanceUid) return false;
  if (definition.scope === 'series') return true;
  return (
    target.sopInstanceUid === place.frame?.sopInstanceUid && (target.frameNumber ?? 1) === place.frame?.frameNumber
  );
}

/** The reader's own answer here. */
export const answerOf = (
  labels: readonly Label[],
  definition: LabelDefinition,
  place: ReadPlace,
  readerId: string | undefined,
): Label | undefined => labels.find((label) => label.readerId === readerId && isAbout(label, definition, place));

/** What other readers answered here. */
export const othersAnswers = (
  labels: readonly Label[],
  definition: LabelDefinition,
  place: ReadPlace,
  readerId: string | undefined,
): readonly Label[] => labels.filter((label) => label.readerId !== readerId && isAbout(label, definition, place));

/** The answer a digit key stands for: by its own key, else by its place where no answer has keys. */
export function valueForDigit(definition: LabelDefinition, digit: string): string | undefined {
  const byKey = definition.values.find(({ key }) => key === digit);
  if (byKey) return byKey.value;
  const hasKeys = definition.values.some(({ key }) => key !== undefined);
  return hasKeys ? undefined : definition.values[Number(digit) - 1]?.value;
}
