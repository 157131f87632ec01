import { type ReactNode, useState } from 'react';
import type { MaskBox, SurveyedSeries } from '../../../main/contract/deidentify.ts';
import { errorText, useQueryOf } from '../../client/hooks.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { formatAmount, formatPercent } from '../../components/format.ts';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { keyOf } from './BoxedPicture.tsx';
import { coveredShare, middleBox } from './boxGeometry.ts';
import { MaskCanvas } from './MaskCanvas.tsx';
import { type Plan, toggled, withBoxes } from './plan.ts';

interface MaskEditorProps {
  readonly series: SurveyedSeries;
  readonly plan: Plan;
  readonly onChange: (part: Partial<Plan>) => void;
}

type Scope = 'series' | 'image';
const scopes = [
  { value: 'series', title: 'all images of the series' },
  { value: 'image', title: 'this image only' },
] as const;

/** One series, large: rectangles are drawn, moved and deleted with the mouse or by keys. */
export function MaskEditor({ series, plan, onChange }: MaskEditorProps): ReactNode {
  const [at, setAt] = useState(0);
  const [frameNumber, setFrameNumber] = useState(1);
  const [scope, setScope] = useState<Scope>('series');
  const [selected, setSelected] = useState<number>();
  const image = series.images[at] ?? series.images[0];
  const sop = image?.sopInstanceUid ?? '';
  const picture = useQueryOf(
    'deidentify.picture',
    { sopInstanceUid: sop as never, frameNumber },
    { enabled: sop !== '', keepPrevious: true, staleTimeMs: 3_600_000 },
  );
  const uid = series.seriesInstanceUid;
  const boxes = (scope === 'series' ? plan.seriesMasks[uid] : plan.imageMasks[sop]) ?? [];
  const others = (scope === 'series' ? plan.imageMasks[sop] : plan.seriesMasks[uid]) ?? [];
  const setBoxes = (next: readonly MaskBox[]): void =>
    onChange({
      ...(scope === 'series'
        ? { seriesMasks: withBoxes(plan.seriesMasks, uid, next) }
        : { imageMasks: withBoxes(plan.imageMasks, sop, next) }),
      // Boxes on one image say nothing about the others: the series stays to be looked at.
      ...(scope === 'series' ? { reviewed: toggled(plan.reviewed, uid, true) } : {}),
    });
  const add = (added: readonly MaskBox[]): void => {
    setBoxes([...boxes, ...added]);
    setSelected(boxes.length + added.length - 1);
  };
  const taken = new Set(boxes.map(keyOf));
  const proposals = (picture.data?.proposals ?? []).filter((box) => !taken.has(keyOf(box)));
  const isReviewed = plan.reviewed.has(uid);
  return (
    <section className="mask-editor" aria-label="Picture to mask">
      <header>
        <p>
          {series.reasons.length > 0
            ? series.reasons.join(' ')
            : 'Nothing in the header speaks of text in the picture.'}
        </p>
        <Switch
          label="I have looked at this series: what is not masked may leave"
          isOn={isReviewed}
          onChange={(isOn) => onChange({ reviewed: toggled(plan.reviewed, uid, isOn) })}
        />
      </header>
      {picture.error ? <ErrorState text={errorText(picture.error)} /> : null}
      {picture.data ? (
        <MaskCanvas
          picture={picture.data}
          boxes={boxes}
          others={others}
          selected={selected}
          onSelect={setSelected}
          onChange={setBoxes}
          onAdd={(box) => add([box])}
        />
      ) : (
        <p className="dim mask-canvas">{picture.error ? '' : 'Reading the picture and looking for text.'}</p>
      )}
      <div className="row mask-tools">
        <Select
          label="Applies to"
          isLabelHidden
          value={scope}
          options={scopes}
          onChange={(value) => {
            setScope(value);
            setSelected(undefined);
          }}
        />
        <Button icon="plus" disabled={!picture.data} onClick={() => picture.data && add([middleBox(picture.data)])}>
          Box
        </Button>
        <Button icon="check" disabled={proposals.length === 0} onClick={() => add(proposals)}>
          Take {formatAmount(proposals.length, 'proposal')}
        </Button>
        <Button icon="trash" disabled={boxes.length === 0} onClick={() => setBoxes([])}>
          Delete all
        </Button>
        <span className="dim">
          {formatAmount(boxes.length + others.length, 'box', 'boxes')}
          {picture.data && boxes.length + others.length > 0
            ? `, ${formatPercent(coveredShare([...boxes, ...others], picture.data), 1)} of the picture`
            : ''}
        </span>
      </div>
      {series.images.length > 1 ? (
        <Slider
          label="Image"
          value={at + 1}
          minimum={1}
          maximum={series.images.length}
          step={1}
          format={(value) => `${value} of ${series.images.length}`}
          onChange={(value) => {
            setAt(value - 1);
            setFrameNumber(1);
          }}
        />
      ) : null}
      {image && image.frames > 1 ? (
        <Slider
          label="Frame"
          value={frameNumber}
          minimum={1}
          maximum={image.frames}
          step={1}
          format={(value) => `${value} of ${image.frames}`}
          onChange={setFrameNumber}
        />
      ) : null}
      <p className="dim">
        Drag to draw. Tab goes from box to box, arrows move it, Shift and arrows resize it, Alt makes steps of ten
        pixels, Delete takes it away. Dashed: what the text detector proposes; it misses text. Boxes fill every frame of
        an image.
      </p>
    </section>
  );
}
