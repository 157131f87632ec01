import type { ReactNode } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { GreyPicture } from '../../components/GreyPicture.tsx';

const keepMs = 3_600_000;

/** The middle image of a series, small. */
export function Thumbnail({ row, size = 64 }: { row: WorklistRow; size?: number }): ReactNode {
  const { seriesInstanceUid, hasImages } = row;
  const { data } = useQueryOf(
    'series.thumbnail',
    { seriesInstanceUid, size },
    { enabled: hasImages, staleTimeMs: keepMs },
  );
  return (
    <span className="thumbnail">
      {data ? <GreyPicture {...data} alt={`Middle image of ${row.seriesDescription ?? row.modality}`} /> : null}
    </span>
  );
}
