import type { ReactNode } from 'react';
import type { FrameRef } from '../../../main/contract/images.ts';
import type { Prediction } from '../../../main/contract/models.ts';
import { formatPercent } from '../../components/format.ts';

interface SliceWeightsProps {
  readonly slices: NonNullable<Prediction['slices']>;
  /** Of the stack on screen. */
  readonly frames: readonly FrameRef[];
  readonly shown: string | undefined;
  readonly onGo: (index: number) => void;
}

/** The slices that an answer rests on, each with a bar as high as it counted; a click goes there. */
export function SliceWeights({ slices, frames, shown, onGo }: SliceWeightsProps): ReactNode {
  const highest = Math.max(...slices.map(({ weight }) => weight), Number.MIN_VALUE);
  const placeOf = new Map(frames.map(({ imageId }, index) => [String(imageId), index]));
  const top = slices.find(({ weight }) => weight === highest);
  const topPlace = top && placeOf.get(top.imageId);
  return (
    <section className="slice-weights" aria-label="What each slice counted">
      <p className="spread">
        <span>What each slice counted</span>
        {topPlace === undefined ? null : (
          <button type="button" className="text-button" onClick={() => onGo(topPlace)}>
            most: image {topPlace + 1}
          </button>
        )}
      </p>
      <div className="slice-bars">
        {slices.map(({ imageId, weight }, i) => {
          const place = placeOf.get(imageId);
          const title = place === undefined ? `slice ${i + 1}` : `image ${place + 1} of ${frames.length}`;
          return (
            <button
              key={imageId}
              type="button"
              title={`${title}: ${formatPercent(weight)}`}
              aria-label={`${title}, ${formatPercent(weight)}`}
              aria-current={imageId === shown ? 'true' : undefined}
              disabled={place === undefined}
              onClick={() => place !== undefined && onGo(place)}
            >
              <span className="slice-fill" style={{ height: `${Math.max(2, (100 * weight) / highest)}%` }} />
            </button>
          );
        })}
      </div>
    </section>
  );
}
