import { memo, type ReactNode } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { Badge } from '../../components/Badge.tsx';
import { formatAmount, formatDate } from '../../components/format.ts';
import { Thumbnail } from './Thumbnail.tsx';

interface SeriesLineProps {
  readonly row: WorklistRow;
  /** The list is being scrolled: no new thumbnails. */
  readonly isPaused: boolean;
}

/** The cells of a series: what it is, how big, what I answered, what is odd. */
export const SeriesLine = memo(function SeriesLine({ row, isPaused }: SeriesLineProps): ReactNode {
  const size = row.columns && row.rows ? `${row.columns} × ${row.rows}` : '';
  return (
    <>
      <td className="cell-picture">
        <Thumbnail row={row} isPaused={isPaused} />
      </td>
      <td className="cell-modality">{row.modality}</td>
      <td className="cell-what">
        <span className="truncate">{row.seriesDescription || 'no series description'}</span>
        <span className="dim truncate">{row.studyDescription}</span>
      </td>
      <td className="cell-date">{formatDate(row.studyDate)}</td>
      <td className="cell-size">
        <span>{row.hasImages ? formatAmount(row.frames, 'image') : 'no images'}</span>
        <span className="dim">{size}</span>
      </td>
      <td className="cell-labels">
        {row.labels.map((mark) => (
          <Badge key={mark.definitionId} colour={mark.colour} title={mark.name}>
            {mark.value}
          </Badge>
        ))}
        {row.lesions > 0 ? <Badge>{formatAmount(row.lesions, 'lesion')}</Badge> : null}
        {row.labels.length + row.lesions === 0 ? <span className="dim">not read</span> : null}
      </td>
      <td className="cell-findings">
        {row.isRemoved ? <Badge tone="bad">removed</Badge> : null}
        {row.findings > 0 ? <Badge tone="warn">{formatAmount(row.findings, 'finding')}</Badge> : null}
      </td>
    </>
  );
});
