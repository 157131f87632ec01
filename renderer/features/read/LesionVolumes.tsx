import { type ReactNode, useMemo } from 'react';
import type { StackDetail } from '../../../main/contract/images.ts';
import type { Label, LabelDefinition } from '../../../main/contract/labels.ts';
import { formatAmount } from '../../components/format.ts';
import type { ViewportController } from '../../viewer/viewportController.ts';
import { lesionVolumes, type MeasuredLesion, volumeText } from './lesionVolumes.ts';
import { colourOf } from './marksOf.ts';

interface LesionVolumesProps {
  readonly labels: readonly Label[];
  readonly definitions: readonly LabelDefinition[];
  readonly stack: StackDetail;
  readonly controller: ViewportController;
  readonly readerId: string | undefined;
}

/** Volumes of the lesions outlined in a stack, with what its images leave open. Nothing where there are none. */
export function LesionVolumes({ labels, definitions, stack, controller, readerId }: LesionVolumesProps): ReactNode {
  const lesions = useMemo(() => lesionVolumes(labels, stack), [labels, stack]);
  if (lesions.length === 0) return null;
  const colour = ({ labelIds, answer }: MeasuredLesion): string => {
    const definitionId = labels.find(({ id }) => id === labelIds[0])?.definitionId;
    return colourOf(
      definitions.find(({ id }) => id === definitionId),
      answer,
    );
  };
  return (
    <section className="stack" aria-label="Volumes">
      <h3>Volumes</h3>
      <ul className="lesion-list">
        {lesions.map((lesion) => (
          <li key={`${lesion.readerId} ${lesion.value}`} className="lesion">
            <button type="button" onClick={() => controller.scrollTo(lesion.frameIndex)}>
              <i className="badge-dot" style={{ background: colour(lesion) }} />
              <span>
                {lesion.answer}
                <span className="dim">
                  {' '}
                  {formatAmount(lesion.labelIds.length, 'outline')}
                  {lesion.readerId === readerId ? '' : `, ${lesion.readerName}`}
                </span>
              </span>
              <span>{volumeText(lesion.volume)}</span>
              <span className="dim">slices {sliceText(lesion)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="dim">
        Outlines that touch from slice to slice are one lesion. In brackets: what the slices leave open, that is where
        between two of them it changes and ends.{distanceNote(stack)}
      </p>
    </section>
  );
}

const sliceText = ({ firstSlice, lastSlice }: MeasuredLesion): string =>
  firstSlice === lastSlice ? String(firstSlice + 1) : `${firstSlice + 1} to ${lastSlice + 1}`;

function distanceNote({ affine, evenGrid }: StackDetail): string {
  if (evenGrid) return ' The distances between slices vary; each counts as it is.';
  return affine ? '' : ' Slices are missing here: the interval says more than the figure.';
}
