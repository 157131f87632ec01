import type { ReactNode } from 'react';
import type { StackDetail, WorklistRow } from '../../../main/contract/images.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { formatAmount } from '../../components/format.ts';
import { GreyPicture } from '../../components/GreyPicture.tsx';
import { Select } from '../../components/Select.tsx';

interface SeriesStripProps {
  readonly rows: readonly WorklistRow[];
  readonly current: string | undefined;
  /** Stacks of the current series. */
  readonly stacks: readonly Pick<StackDetail, 'title' | 'parts'>[];
  readonly stackIndex: number;
  readonly part: number | undefined;
  readonly onOpen: (seriesInstanceUid: string, stackIndex?: number, part?: number) => void;
}

const keepMs = 3_600_000;

/** The patient's series at the left, with what was answered. */
export function SeriesStrip({ rows, current, stacks, stackIndex, part, onOpen }: SeriesStripProps): ReactNode {
  return (
    <nav className="series-strip" aria-label="Series of this patient">
      {rows.map((row) => (
        <div key={row.seriesInstanceUid}>
          <button
            type="button"
            className="strip-series"
            aria-current={row.seriesInstanceUid === current}
            onClick={() => onOpen(row.seriesInstanceUid)}
          >
            <StripPicture row={row} />
            <span className="strip-marks">
              {row.labels.map((mark) => (
                <i
                  key={mark.definitionId}
                  className="badge-dot"
                  style={{ background: mark.colour }}
                  title={`${mark.name}: ${mark.value}`}
                />
              ))}
              {row.lesions > 0 ? <span title="lesions">{row.lesions}</span> : null}
            </span>
            <span className="truncate">{row.seriesDescription || row.modality}</span>
            <span className="dim">
              {row.modality} · {formatAmount(row.frames, 'image')}
            </span>
          </button>
          {row.seriesInstanceUid === current && stacks.length > 1
            ? stacks.map(({ title }, i) => (
                <button
                  // biome-ignore lint/suspicious/noArrayIndexKey: the order of stacks is fixed
                  key={i}
                  type="button"
                  className="strip-stack truncate"
                  aria-current={i === stackIndex}
                  onClick={() => onOpen(row.seriesInstanceUid, i)}
                >
                  {title}
                </button>
              ))
            : null}
          {row.seriesInstanceUid === current && (stacks[stackIndex]?.parts.length ?? 0) > 0 ? (
            <Select
              label="Time, echo or b-value"
              isLabelHidden
              value={part === undefined ? '' : String(part)}
              options={[
                { value: '', title: 'all images' },
                ...(stacks[stackIndex]?.parts ?? []).map((choice, i) => ({ value: String(i), title: choice.title })),
              ]}
              onChange={(choice) =>
                onOpen(row.seriesInstanceUid, stackIndex, choice === '' ? undefined : Number(choice))
              }
            />
          ) : null}
        </div>
      ))}
    </nav>
  );
}

function StripPicture({ row }: { row: WorklistRow }): ReactNode {
  const { seriesInstanceUid } = row;
  const { data } = useQueryOf('series.thumbnail', { seriesInstanceUid, size: 96 }, { staleTimeMs: keepMs });
  return <span className="strip-picture">{data ? <GreyPicture {...data} alt="" /> : null}</span>;
}
