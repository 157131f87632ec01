import type { ReactNode } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { GreyPicture } from '../../components/GreyPicture.tsx';

const keepMs = 3_600_000;

interface ThumbnailProps {
  readonly row: WorklistRow;
  readonly size?: number;
  /** While the list flies by nothing new is asked for. */
  readonly isPaused?: boolean;
}

/** The middle image of a series, small. */
export function Thumbnail({ row, size = 64, isPaused = false }: ThumbnailProps): ReactNode {
  const { seriesInstanceUid, hasImages } = row;
  const { data } = useQueryOf(
    'series.thumbnail',
    { seriesInstanceUid, size },
    { enabled: hasImages && !isPaused, staleTimeMs: keepMs },
  );
  return (
    <span className="thumbnail">
      {data ? <GreyPicture {...data} alt={`Middle image of ${row.seriesDescription ?? row.modality}`} /> : null}
    </span>
  );
}
