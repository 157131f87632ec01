import { type ReactNode, useState } from 'react';
import type { EvaluatedCase as EvaluatedCaseSchema, Evaluation } from '../../../main/contract/models.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import type { ConfusionCell } from '../../components/charts/ConfusionMatrix.tsx';
import { classColour } from '../../components/charts/classColour.ts';
import { PictureTile } from '../../components/charts/PictureTile.tsx';
import { pictureAt } from '../../components/charts/pictureAt.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { navigate } from '../../components/navigation.ts';

type EvaluatedCase = ReturnType<typeof EvaluatedCaseSchema.parse>;

interface CaseGalleryProps {
  readonly evaluation: Evaluation;
  readonly modelId: string;
  /** Only these cases; without it the failures come first. */
  readonly cell: ConfusionCell | undefined;
  readonly onClear: () => void;
}

const step = 48;

/** Cases most wrong first, with their scores; a click opens the image with the model. */
export function CaseGallery({ evaluation, modelId, cell, onClear }: CaseGalleryProps): ReactNode {
  const [limit, setLimit] = useState(step);
  const { id: evaluationId, snapshotId, classes } = evaluation;
  const listed = useQueryOf('evaluations.cases', { evaluationId, ...cell, limit }, { keepPrevious: true });
  const definitions = useQueryOf('definitions.list', {}).data?.definitions;
  const target = useQueryOf('datasets.list', {}).data?.snapshots.find(({ id }) => id === snapshotId)?.target;
  const cases = listed.data?.cases ?? [];
  const pictures = useQueryOf(
    'datasets.pictures',
    { snapshotId, indexes: cases.slice(0, 500).map(({ caseIndex }) => caseIndex) },
    { enabled: cases.length > 0, keepPrevious: true, staleTimeMs: Infinity },
  );
  const error = listed.error ?? pictures.error;
  const title = cell ? `Truth ${cell.trueClass}, model says ${cell.predictedClass}` : 'Most wrong first';
  return (
    <Card
      title={title}
      actions={
        cell ? (
          <Button icon="close" onClick={onClear}>
            Show all
          </Button>
        ) : (
          <span className="dim">a click opens the image with this model</span>
        )
      }
    >
      {error ? <ErrorState text={errorText(error)} /> : null}
      {listed.data && cases.length === 0 ? <p className="dim">There is no such case.</p> : null}
      <ul className="case-gallery" aria-label={title}>
        {cases.map((each, i) => (
          <li key={each.caseIndex}>
            <CaseTile
              evaluated={each}
              classes={classes}
              positive={evaluation.positive}
              size={pictures.data?.size ?? 0}
              pixels={pictureAt(pictures.data?.pixels, pictures.data?.size ?? 0, i)}
              colour={classColour(definitions, target, classes, each.trueClass)}
              modelId={modelId}
            />
          </li>
        ))}
      </ul>
      {cases.length === limit && limit < 480 ? (
        <Button className="gallery-more" onClick={() => setLimit(limit + step * 2)}>
          Show more
        </Button>
      ) : null}
    </Card>
  );
}

interface CaseTileProps {
  readonly evaluated: EvaluatedCase;
  readonly classes: readonly string[];
  readonly positive: string | undefined;
  readonly size: number;
  readonly pixels: Uint8Array | undefined;
  readonly colour: string;
  readonly modelId: string;
}

function CaseTile({ evaluated, classes, positive, size, pixels, colour, modelId }: CaseTileProps): ReactNode {
  const { trueClass, predictedClass, scores, seriesInstanceUid, imageId, patientId } = evaluated;
  const isRight = trueClass === predictedClass;
  const named = positive ?? predictedClass;
  const score = scores[classes.indexOf(named)];
  return (
    <PictureTile
      pixels={pixels}
      size={size}
      alt={`patient ${patientId}, truth ${trueClass}, model says ${predictedClass}`}
      colour={colour}
      onOpen={
        seriesInstanceUid ? () => navigate('read', [seriesInstanceUid], { frame: imageId, model: modelId }) : undefined
      }
      caption={
        <>
          <span className="truncate">
            <span className="dim">truth</span> {trueClass}
          </span>
          <span className={`truncate ${isRight ? 'said-right' : 'said-wrong'}`}>
            {isRight ? '✓' : '✗'} {predictedClass}
          </span>
          <span className="dim truncate">
            {named} {score === undefined ? '–' : score.toFixed(3)}
          </span>
        </>
      }
    />
  );
}
