import { type ReactNode, useState } from 'react';
import type { EvaluatedCase, EvaluatedLabels, Evaluation } from '../../../main/contract/evaluations.ts';
import type { NumberScale } from '../../../main/contract/labels.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';
import { labelWords } from '../../../main/domain/labelWords.ts';
import { measureText } from '../../../main/domain/numberAnswer.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import type { ConfusionCell } from '../../components/charts/ConfusionMatrix.tsx';
import { classColour } from '../../components/charts/classColour.ts';
import { PictureTile } from '../../components/charts/PictureTile.tsx';
import { pictureAt } from '../../components/charts/pictureAt.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { navigate } from '../../components/navigation.ts';
import { signedText } from './numberWords.ts';

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
  const { id: evaluationId, snapshotId } = evaluation;
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
  const title = cell
    ? `Truth ${cell.trueClass}, model says ${cell.predictedClass}`
    : evaluation.task === 'regression'
      ? 'Furthest off first'
      : 'Most wrong first';
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
              words={wordsOf(each, evaluation)}
              size={pictures.data?.size ?? 0}
              pixels={pictureAt(pictures.data?.pixels, pictures.data?.size ?? 0, i)}
              colour={colourOf(each, evaluation, definitions, target)}
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

/** The truth, what the model says, whether that is right (a number is never quite), and how sure or how far off it is. */
interface CaseWords {
  readonly truth: string;
  readonly said: string;
  readonly isRight: boolean | undefined;
  readonly detail: string;
}

const scaleOf = (evaluation: Evaluation): NumberScale =>
  evaluation.task === 'regression' ? evaluation.scale : { unit: '', minimum: 0, maximum: 1 };

function wordsOf(evaluated: EvaluatedCase, evaluation: Evaluation): CaseWords {
  if (evaluated.kind === 'number') {
    const scale = scaleOf(evaluation);
    const { truth, predicted } = evaluated;
    return {
      truth: measureText(truth, scale),
      said: measureText(predicted, scale),
      isRight: undefined,
      detail: `${signedText(predicted - truth, scale)} off`,
    };
  }
  if (evaluated.kind === 'labels') return labelsOf(evaluated, 'labels' in evaluation ? evaluation.labels : []);
  const { trueClass, predictedClass, scores } = evaluated;
  const ofClasses = 'classes' in evaluation ? evaluation : undefined;
  const named = ofClasses?.positive ?? predictedClass;
  const score = scores[ofClasses?.classes.indexOf(named) ?? -1];
  return {
    truth: trueClass,
    said: predictedClass,
    isRight: trueClass === predictedClass,
    detail: `${named} ${score === undefined ? '–' : score.toFixed(3)}`,
  };
}

/** Right where every label that was answered is called so. */
function labelsOf({ answers, scores, called }: EvaluatedLabels, labels: readonly string[]): CaseWords {
  const given = answers.map((answer) => answer ?? undefined);
  return {
    truth: labelWords(labels, given),
    said: labelWords(labels, called),
    isRight: given.every((answer, i) => answer === undefined || answer === called[i]),
    detail: scores.map((score) => score.toFixed(2)).join(' · '),
  };
}

type Definitions = Parameters<typeof classColour>[0];

function colourOf(
  evaluated: EvaluatedCase,
  evaluation: Evaluation,
  definitions: Definitions,
  target: string | undefined,
): string {
  if (evaluated.kind !== 'class' || !('classes' in evaluation)) return labelColour(0);
  return classColour(definitions, target, evaluation.classes, evaluated.trueClass);
}

interface CaseTileProps {
  readonly evaluated: EvaluatedCase;
  readonly words: CaseWords;
  readonly size: number;
  readonly pixels: Uint8Array | undefined;
  readonly colour: string;
  readonly modelId: string;
}

const rightMarks = { true: '✓ ', false: '✗ ', undefined: '' } as const;
const rightTones = { true: 'said-right', false: 'said-wrong', undefined: '' } as const;

function CaseTile({ evaluated, words, size, pixels, colour, modelId }: CaseTileProps): ReactNode {
  const { seriesInstanceUid, imageId, patientId } = evaluated;
  const { truth, said, isRight, detail } = words;
  return (
    <PictureTile
      pixels={pixels}
      size={size}
      alt={`patient ${patientId}, truth ${truth}, model says ${said}`}
      colour={colour}
      onOpen={
        seriesInstanceUid ? () => navigate('read', [seriesInstanceUid], { frame: imageId, model: modelId }) : undefined
      }
      caption={
        <>
          <span className="truncate">
            <span className="dim">truth</span> {truth}
          </span>
          <span className={`truncate ${rightTones[`${isRight}`]}`}>
            {isRight === undefined ? <span className="dim">model </span> : rightMarks[`${isRight}`]}
            {said}
          </span>
          <span className="dim truncate">{detail}</span>
        </>
      }
    />
  );
}
