import { type ReactNode, useState } from 'react';
import type { SnapshotCase as SnapshotCaseSchema, SnapshotSummary } from '../../../main/contract/datasets.ts';
import { measureText } from '../../../main/domain/numberAnswer.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { PictureTile } from '../../components/charts/PictureTile.tsx';
import { pictureAt } from '../../components/charts/pictureAt.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { inSplitOrder } from './CountsTable.tsx';
import { splitTitle } from './recipeWords.ts';

type SnapshotCase = ReturnType<typeof SnapshotCaseSchema.parse>;

interface ContactSheetProps {
  readonly snapshotId: string;
  readonly classes: readonly string[];
  /** The answers are numbers, shown from the least to the most under the one name. */
  readonly number: SnapshotSummary['number'];
  readonly cases: readonly SnapshotCase[];
  readonly colourOf: (className: string) => string;
  readonly scheme: SnapshotSummary['scheme'];
  /** Slices of a case; undefined: one picture. */
  readonly slices: number | undefined;
  /** Names of the series that are channels; undefined: one grey picture. */
  readonly phases: readonly string[] | undefined;
}

/** The pictures exactly as the network gets them, by part and class. */
export function ContactSheet(props: ContactSheetProps): ReactNode {
  const { snapshotId, classes, number, cases, colourOf, scheme, slices, phases } = props;
  const [channel, setChannel] = useState(0);
  const [slice, setSlice] = useState(Math.floor((slices ?? 1) / 2));
  const splits = inSplitOrder([...new Set(cases.map(({ split }) => split))]);
  return (
    <Card
      title="Contact sheet"
      actions={<span className="dim">exactly what the network sees; a click opens the image</span>}
    >
      {phases === undefined ? null : (
        <div className="sheet-slice">
          <Select
            label="Channel"
            value={String(channel)}
            options={phases.map((title, i) => ({ value: String(i), title }))}
            onChange={(next) => setChannel(Number(next))}
          />
        </div>
      )}
      {slices === undefined ? null : (
        <div className="sheet-slice">
          <Slider
            label="Slice of each case"
            value={slice + 1}
            minimum={1}
            maximum={slices}
            step={1}
            onChange={(next) => setSlice(Math.round(next) - 1)}
            format={(value) => `${Math.round(value)} of ${slices}`}
          />
        </div>
      )}
      <div className="contact-sheet">
        {splits.map((split) => (
          <section key={split} aria-label={`Pictures of ${splitTitle(split, scheme)}`}>
            <h3>{splitTitle(split, scheme)}</h3>
            {rowsOf(
              cases.filter((each) => each.split === split),
              classes,
              number !== undefined,
            ).map(([title, own]) => (
              <ClassRow
                key={title}
                snapshotId={snapshotId}
                title={title}
                number={number}
                slice={slices === undefined ? undefined : slice}
                channel={channel}
                colour={colourOf(title)}
                cases={own}
              />
            ))}
          </section>
        ))}
      </div>
    </Card>
  );
}

/** Cases by their answer, in the order of the classes; answers that are no class come after. */
function rowsOf(
  cases: readonly SnapshotCase[],
  classes: readonly string[],
  isNumber: boolean,
): (readonly [string, readonly SnapshotCase[]])[] {
  if (isNumber) return [[classes[0] ?? '', [...cases].sort((a, b) => Number(a.className) - Number(b.className))]];
  const answers = [...new Set([...classes, ...cases.map(({ className }) => className)])];
  return answers.map((answer) => [answer, cases.filter(({ className }) => className === answer)] as const);
}

const firstShown = 14;
const mostShown = 500;

interface ClassRowProps {
  readonly snapshotId: string;
  readonly title: string;
  readonly number: SnapshotSummary['number'];
  readonly slice: number | undefined;
  readonly channel: number;
  readonly colour: string;
  readonly cases: readonly SnapshotCase[];
}

function ClassRow({ snapshotId, title, number, slice, channel, colour, cases }: ClassRowProps): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const shown = cases.slice(0, isWhole ? mostShown : firstShown);
  const { data, error } = useQueryOf(
    'datasets.pictures',
    {
      snapshotId,
      indexes: shown.map(({ index }) => index),
      ...(slice === undefined ? {} : { slice }),
      ...(channel > 0 ? { channel } : {}),
    },
    { enabled: shown.length > 0, keepPrevious: true, staleTimeMs: Infinity },
  );
  const size = data?.size ?? 0;
  if (cases.length === 0) return null;
  return (
    <div className="class-row">
      <p>
        <i className="badge-dot" style={{ background: colour }} /> {title}
        <span className="dim">{formatAmount(cases.length, 'case')}</span>
        {cases.length > firstShown ? (
          <Button tone="quiet" onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
            {isWhole ? 'Show fewer' : `Show ${cases.length > mostShown ? `the first ${mostShown}` : 'all'}`}
          </Button>
        ) : null}
      </p>
      {error ? <ErrorState text={errorText(error)} /> : null}
      <div className="picture-grid">
        {shown.map((each, i) => {
          const { seriesInstanceUid, className } = each;
          const answer = number ? measureText(Number(className), number) : className;
          return (
            <PictureTile
              key={each.index}
              pixels={pictureAt(data?.pixels, size, i)}
              size={size}
              alt={`${answer}, patient ${each.patientId}, case ${each.index}`}
              colour={colour}
              caption={number ? <span className="truncate">{answer}</span> : undefined}
              onOpen={
                seriesInstanceUid === undefined
                  ? undefined
                  : () => navigate('read', [seriesInstanceUid], { frame: each.imageId })
              }
            />
          );
        })}
      </div>
    </div>
  );
}
