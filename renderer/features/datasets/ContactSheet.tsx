import { type ReactNode, useState } from 'react';
import type { SnapshotCase as SnapshotCaseSchema, SnapshotSummary } from '../../../main/contract/datasets.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { PictureTile } from '../../components/charts/PictureTile.tsx';
import { pictureAt } from '../../components/charts/pictureAt.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount } from '../../components/format.ts';
import { navigate } from '../../components/navigation.ts';
import { inSplitOrder } from './CountsTable.tsx';
import { splitTitle } from './recipeWords.ts';

type SnapshotCase = ReturnType<typeof SnapshotCaseSchema.parse>;

interface ContactSheetProps {
  readonly snapshotId: string;
  readonly classes: readonly string[];
  readonly cases: readonly SnapshotCase[];
  readonly colourOf: (className: string) => string;
  readonly scheme: SnapshotSummary['scheme'];
}

/** The pictures exactly as the network gets them, by part and class. */
export function ContactSheet({ snapshotId, classes, cases, colourOf, scheme }: ContactSheetProps): ReactNode {
  const splits = inSplitOrder([...new Set(cases.map(({ split }) => split))]);
  return (
    <Card
      title="Contact sheet"
      actions={<span className="dim">exactly what the network sees; a click opens the image</span>}
    >
      <div className="contact-sheet">
        {splits.map((split) => (
          <section key={split} aria-label={`Pictures of ${splitTitle(split, scheme)}`}>
            <h3>{splitTitle(split, scheme)}</h3>
            {classes.map((className) => (
              <ClassRow
                key={className}
                snapshotId={snapshotId}
                className={className}
                colour={colourOf(className)}
                cases={cases.filter((each) => each.split === split && each.className === className)}
              />
            ))}
          </section>
        ))}
      </div>
    </Card>
  );
}

const firstShown = 14;
const mostShown = 500;

interface ClassRowProps {
  readonly snapshotId: string;
  readonly className: string;
  readonly colour: string;
  readonly cases: readonly SnapshotCase[];
}

function ClassRow({ snapshotId, className, colour, cases }: ClassRowProps): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const shown = cases.slice(0, isWhole ? mostShown : firstShown);
  const { data, error } = useQueryOf(
    'datasets.pictures',
    { snapshotId, indexes: shown.map(({ index }) => index) },
    { enabled: shown.length > 0, keepPrevious: true, staleTimeMs: Infinity },
  );
  const size = data?.size ?? 0;
  if (cases.length === 0) return null;
  return (
    <div className="class-row">
      <p>
        <i className="badge-dot" style={{ background: colour }} /> {className}
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
          const { seriesInstanceUid } = each;
          return (
            <PictureTile
              key={each.index}
              pixels={pictureAt(data?.pixels, size, i)}
              size={size}
              alt={`${className}, patient ${each.patientId}, case ${each.index}`}
              colour={colour}
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
