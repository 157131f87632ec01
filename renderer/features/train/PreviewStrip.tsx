import type { ReactNode } from 'react';
import type { RunDetail } from '../../../main/contract/training.ts';
import { measureText } from '../../../main/domain/numberAnswer.ts';
import { medianGrade } from '../../../main/domain/statistics/grades.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { Card } from '../../components/Card.tsx';
import { classColour } from '../../components/charts/classColour.ts';
import { PictureTile } from '../../components/charts/PictureTile.tsx';
import { pictureAt } from '../../components/charts/pictureAt.ts';
import { navigate } from '../../components/navigation.ts';

/** The same few validation cases after every epoch: what the network says about them now. */
export function PreviewStrip({ run }: { run: RunDetail }): ReactNode {
  const { snapshotId } = run.summary;
  const snapshot = useQueryOf('datasets.get', { snapshotId }).data;
  const definitions = useQueryOf('definitions.list', {}).data?.definitions;
  const pictures = useQueryOf(
    'datasets.pictures',
    { snapshotId, indexes: run.preview.map(({ caseIndex }) => caseIndex) },
    { keepPrevious: true, staleTimeMs: Infinity },
  ).data;
  const classes = snapshot?.summary.classes ?? [];
  const isOrdinal = snapshot?.summary.task === 'ordinal';
  const scale = snapshot?.summary.number;
  const isLabels = snapshot?.summary.task === 'multi-label';
  const epoch = run.epochs.at(-1)?.epoch;
  return (
    <Card
      title="What it says about unseen patients"
      actions={
        <span className="dim">
          validation cases{epoch === undefined ? '' : ` after epoch ${epoch}`}; never learned from
        </span>
      }
    >
      <ul className="preview-strip">
        {run.preview.map(({ caseIndex, className, scores }, i) => {
          const place = snapshot?.cases[caseIndex];
          const series = place?.seriesInstanceUid;
          const best = isOrdinal ? medianGrade(scores) : scores.indexOf(Math.max(...scores));
          const isRight = isLabels || classes[best] === className;
          return (
            <li key={caseIndex}>
              <PictureTile
                pixels={pictureAt(pictures?.pixels, pictures?.size ?? 0, i)}
                size={pictures?.size ?? 0}
                alt={`validation case ${caseIndex}, truth ${className}`}
                colour={classColour(definitions, snapshot?.summary.target, classes, className)}
                onOpen={series && place ? () => navigate('read', [series], { frame: place.imageId }) : undefined}
                caption={
                  <>
                    <span className="truncate">
                      truth <strong>{scale ? measureText(Number(className), scale) : className}</strong>
                    </span>
                    {scale ? (
                      <span className="truncate">
                        says <strong>{measureText(scores[0] ?? Number.NaN, scale)}</strong>
                      </span>
                    ) : null}
                    {(scale ? [] : classes).map((name, c) => (
                      <span key={name} className="score-line">
                        <span className="truncate">{name}</span>
                        <span>{(scores[c] ?? 0).toFixed(2)}</span>
                        <i aria-hidden="true">
                          <b
                            className={!isLabels && c === best ? (isRight ? 'is-right' : 'is-wrong') : ''}
                            style={{ width: `${100 * (scores[c] ?? 0)}%` }}
                          />
                        </i>
                      </span>
                    ))}
                  </>
                }
              />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
