import { type ReactNode, useSyncExternalStore } from 'react';
import type { StackDetail } from '../../../main/contract/images.ts';
import type { Label, LabelDefinition } from '../../../main/contract/labels.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';
import { useCommand } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import type { DisplayImage } from '../../viewer/displayImage.ts';
import {
  describeSize,
  displaySpacing,
  lengthUnit,
  type RoiStatistics,
  roiStatistics,
  rulerFor,
} from '../../viewer/measurement.ts';
import type { ViewportController } from '../../viewer/viewportController.ts';
import type { ImagePoint } from '../../viewer/viewTransform.ts';
import { LesionVolumes } from './LesionVolumes.tsx';
import { colourOf, frameIndexOf, isLesion } from './marksOf.ts';
import type { LabelCommands } from './useLabels.ts';

export interface LesionClass {
  readonly definition: LabelDefinition;
  readonly value: string;
}

interface LesionsTabProps {
  readonly definitions: readonly LabelDefinition[];
  readonly labels: readonly Label[];
  readonly stack: StackDetail | undefined;
  readonly controller: ViewportController;
  readonly readerId: string | undefined;
  readonly chosen: string | undefined;
  readonly onChoose: (labelId: string | undefined) => void;
  /** What the next lesion drawn will be. */
  readonly nextClass: LesionClass | undefined;
  readonly onNextClass: (next: LesionClass) => void;
  readonly commands: LabelCommands;
}

/** Lesions of the series: what the next one is, and those there are, each with its size and slice. */
export function LesionsTab(props: LesionsTabProps): ReactNode {
  const { definitions, labels, stack, controller, readerId, nextClass, onNextClass } = props;
  const lesions = labels.filter(isLesion).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  return (
    <div className="stack">
      {definitions.length === 0 ? <FirstLesionDefinition /> : null}
      {definitions
        .filter(({ values }) => values.length > 0)
        .map((definition) => (
          <fieldset key={definition.id} className="question" aria-label={`Next lesion: ${definition.name}`}>
            <h3>{definition.name}</h3>
            <div className="answers">
              {definition.values.map(({ value, colour, key }) => (
                <button
                  key={value}
                  type="button"
                  className="answer"
                  aria-pressed={nextClass?.definition.id === definition.id && nextClass.value === value}
                  style={{ '--answer': colour } as React.CSSProperties}
                  onClick={() => onNextClass({ definition, value })}
                >
                  <i className="badge-dot" style={{ background: colour }} />
                  <span>{value}</span>
                  {key ? <kbd>{key}</kbd> : null}
                </button>
              ))}
            </div>
          </fieldset>
        ))}
      <ul className="lesion-list" aria-label="Lesions of this series">
        {lesions.map((label) => (
          <LesionRow key={label.id} label={label} {...props} />
        ))}
      </ul>
      {stack ? <LesionVolumes {...{ labels, definitions, stack, controller, readerId }} /> : null}
      {lesions.length === 0 && definitions.length > 0 ? (
        <p className="dim">
          None yet. Press E for an ellipse, R for a rectangle, F for a freehand outline, L or B to measure, and drag on
          the image.
        </p>
      ) : null}
      {stack && lengthUnit(displaySpacing(stack)) === 'px' && !stack.frames[0]?.ultrasoundRegions ? (
        <p className="dim">
          The header gives no pixel spacing, so sizes are in pixels
          {stack.pixelAspectRatio ? ' of their width; they are not square' : ''}.
        </p>
      ) : null}
    </div>
  );
}

function LesionRow(props: LesionsTabProps & { label: Label }): ReactNode {
  const { label, definitions, stack, controller, readerId, chosen, onChoose, commands } = props;
  const { image, shownIndex } = useSyncExternalStore(controller.subscribe, controller.get);
  const definition = definitions.find(({ id }) => id === label.definitionId);
  const at = stack ? frameIndexOf(label, stack) : -1;
  const geometry = label.geometry;
  if (!geometry) return null;
  const points = geometry.points.map(([column = 0, row = 0]): ImagePoint => [column, row]);
  const inImage = geometry.space === 'image';
  const statistics = inImage && image && at === shownIndex ? roiStatistics(image, geometry.type, points) : undefined;
  const isMine = label.readerId === readerId;
  return (
    <li className={`lesion ${isMine ? '' : 'is-other'}`} aria-current={chosen === label.id}>
      <button
        type="button"
        onClick={() => {
          onChoose(label.id);
          if (at >= 0) controller.scrollTo(at);
        }}
      >
        <i className="badge-dot" style={{ background: colourOf(definition, label.value) }} />
        <span>
          {label.value}
          <span className="dim">
            {' '}
            {geometry.type}
            {isMine ? '' : `, ${label.readerName}`}
          </span>
        </span>
        <span>{inImage ? describeSize(geometry.type, points, rulerFor(stack, stack?.frames[at], points)) : ''}</span>
        <span className="dim">
          {at < 0 ? 'other stack' : `image ${at + 1}`}
          {statistics ? statisticsText(statistics, image) : ''}
        </span>
      </button>
      {isMine ? (
        <IconButton icon="trash" label={`Remove ${label.value}`} onClick={() => commands.retract(label)} />
      ) : null}
    </li>
  );
}

function statisticsText({ mean, standardDeviation }: RoiStatistics, image: DisplayImage | undefined): string {
  const plain = ` · mean ${mean.toFixed(1)} ± ${standardDeviation.toFixed(1)} ${image?.unit ?? ''}`;
  const factor = image?.suv && 'factor' in image.suv ? image.suv.factor : undefined;
  return factor === undefined ? plain : `${plain} · mean SUVbw ${(mean * factor).toFixed(2)}`;
}

/** Without a class to give, drawing has no meaning: one click makes a plain one. */
function FirstLesionDefinition(): ReactNode {
  const save = useCommand('definitions.save');
  return (
    <EmptyState icon="ellipse" title="No lesion class yet">
      <p>Lesions are labels too: they need a class. More can be made under Questions.</p>
      <Button
        isBusy={save.isRunning}
        onClick={() =>
          void save.run({
            name: 'Lesion',
            scope: 'lesion',
            values: [{ value: 'lesion', colour: labelColour(1), key: '1' }],
          })
        }
      >
        Make a class “lesion”
      </Button>
    </EmptyState>
  );
}
