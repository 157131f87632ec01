import { type ReactNode, useSyncExternalStore } from 'react';
import type { NumberScale } from '../../../main/contract/labels.ts';
import type { ModelSummary, Prediction } from '../../../main/contract/models.ts';
import { viewsText } from '../../../main/contract/testTimeAugmentation.ts';
import { colourMaps } from '../../../main/domain/colourMaps.ts';
import type { SeriesInstanceUid } from '../../../main/domain/ids.ts';
import { scaleText } from '../../../main/domain/numberAnswer.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { KeyHint } from '../../components/actions/KeyHint.tsx';
import { useAction } from '../../components/actions/registry.ts';
import { Badge } from '../../components/Badge.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { formatInterval, formatPercent } from '../../components/format.ts';
import { mainFigure } from '../../components/mainFigure.ts';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import { Switch } from '../../components/Switch.tsx';
import { gradientOf } from '../../viewer/HeatLegend.tsx';
import type { ViewportController } from '../../viewer/viewportController.ts';
import { type HeatChoice, type HeatMethod, heatMethods, mapFor, scoresFor, seriesAnswer, showsChoice } from './heat.ts';
import { SliceWeights } from './SliceWeights.tsx';
import { usePredict, useSeriesPredictions } from './usePredictions.ts';
import { ViewsField } from './ViewsField.tsx';

interface ModelTabProps {
  readonly seriesInstanceUid: SeriesInstanceUid | undefined;
  readonly controller: ViewportController;
  readonly heat: HeatChoice;
  readonly onHeat: (change: Partial<HeatChoice>) => void;
  /** A crop model looks at the chosen lesion. */
  readonly chosenLesion: string | undefined;
}

const methodTitles: Record<HeatMethod, string> = {
  gradcam: 'Grad-CAM',
  'gradcam++': 'Grad-CAM++',
  cam: 'CAM (needs a pooled head)',
};
const mapNames = Object.keys(colourMaps) as HeatChoice['colourMap'][];

/** What a network says about the image on screen, and where it looks. */
export function ModelTab(props: ModelTabProps): ReactNode {
  const { seriesInstanceUid, controller, heat, onHeat, chosenLesion } = props;
  const { data } = useQueryOf('models.list', {});
  const models = data?.models ?? [];
  const model = models.find(({ id }) => id === heat.modelId);
  const state = useSyncExternalStore(controller.subscribe, controller.get);
  const frame = state.shownIndex === undefined ? undefined : state.stack?.frames[state.shownIndex];
  const predictions = useSeriesPredictions(seriesInstanceUid, heat.modelId);
  const predict = usePredict(seriesInstanceUid, heat);
  const isOfSlices = model?.slices !== undefined;
  const scores = frame && (isOfSlices ? seriesAnswer(predictions) : scoresFor(predictions, frame.imageId));
  const shownMap = frame && mapFor(predictions, frame.imageId, heat);
  const isAmongSlices = scores?.slices?.some(({ imageId }) => imageId === frame?.imageId) ?? false;
  const lesion = model?.unit === 'lesion' ? chosenLesion : undefined;

  /** A change that needs another map, or other scores, asks for them, if there already are some of this image: of the same lesion. */
  const change = (next: Partial<HeatChoice>): void => {
    onHeat(next);
    const wanted = { ...heat, ...next };
    const isShown = isOfSlices
      ? predictions.some((each) => showsChoice(each, wanted))
      : mapFor(predictions, frame?.imageId ?? '', wanted) !== undefined;
    const isOther = wanted.views !== heat.views || !isShown;
    if (frame && scores && isOther) void predict.frame(frame, next, lesion ?? scores.lesionLabelId);
  };
  const nextMethod = (): void => {
    const at = heatMethods.indexOf(heat.method);
    change({ method: heatMethods[(at + 1) % heatMethods.length] ?? 'gradcam' });
  };
  useAction('model.method', nextMethod, model !== undefined);

  if (data && models.length === 0)
    return (
      <EmptyState icon="models" title="No model yet">
        Label some images, freeze a data set and train: then the model can be asked here.
      </EmptyState>
    );
  return (
    <div className="stack">
      <Select
        label="Model"
        value={heat.modelId ?? ''}
        options={[
          { value: '', title: 'Choose a model' },
          ...models.map(({ id, name }) => ({ value: id, title: name })),
        ]}
        onChange={(id) => onHeat({ modelId: id || undefined, className: undefined, views: 'none' })}
      />
      {model ? <TestMark model={model} /> : null}
      {model ? <ViewsField modelId={model.id} value={heat.views} onChange={(views) => change({ views })} /> : null}
      {model ? (
        <div className="row">
          <Button
            tone="primary"
            disabled={!frame}
            isBusy={predict.isRunning}
            onClick={() => frame && void predict.frame(frame, {}, lesion)}
          >
            {isOfSlices ? 'Predict this series' : 'Predict this image'}
          </Button>
          {!isOfSlices && (state.stack?.frames.length ?? 0) > 1 ? (
            <Button isBusy={predict.isRunning} onClick={() => void predict.series()}>
              All {state.stack?.frames.length}
            </Button>
          ) : null}
        </div>
      ) : null}
      {model?.unit === 'lesion' && !chosenLesion ? (
        <p className="dim">
          This model was trained on lesion crops. Choose a lesion, else it looks at the whole image.
        </p>
      ) : null}
      {model && frame && !scores ? (
        <p className="dim">It has not looked at this {isOfSlices ? 'series' : 'image'} yet.</p>
      ) : null}
      {model && scores ? <ScoreBars model={model} prediction={scores} /> : null}
      {scores?.slices ? (
        <SliceWeights
          slices={scores.slices}
          frames={state.stack?.frames ?? []}
          shown={frame?.imageId}
          onGo={(index) => controller.scrollTo(index)}
        />
      ) : null}
      {model && scores?.camReason ? <p className="dim">{scores.camReason}</p> : null}
      {model && scores && !scores.camReason ? (
        <>
          <hr />
          <div className="spread">
            <Switch label="Heat map" isOn={heat.isOn} onChange={(isOn) => onHeat({ isOn })} />
            <KeyHint action="model.heatMap" />
          </div>
          <Slider
            label="Opacity"
            value={heat.opacity}
            onChange={(opacity) => onHeat({ opacity })}
            format={(value) => formatPercent(value)}
            isDisabled={!heat.isOn}
          />
          {model.classes.length > 1 ? (
            <Select
              label={model.task === 'multi-label' ? 'Explains the label' : 'Explains the class'}
              value={heat.className ?? ''}
              options={[
                model.task === 'multi-label'
                  ? { value: '', title: 'the one most over its threshold' }
                  : { value: '', title: `the predicted one (${scores.predicted})` },
                ...model.classes.map((name) => ({ value: name, title: name })),
              ]}
              onChange={(name) => change({ className: name || undefined })}
            />
          ) : null}
          <Select
            label="Method"
            value={heat.method}
            options={heatMethods.map((value) => ({ value, title: methodTitles[value] }))}
            onChange={(method) => change({ method })}
          />
          <Select
            label="Colours"
            value={heat.colourMap}
            options={mapNames.map((value) => ({ value, title: colourMaps[value].title }))}
            onChange={(colourMap) => onHeat({ colourMap })}
          />
          <div
            className="colour-scale"
            style={{ background: `linear-gradient(to right, ${gradientOf(colourMaps[heat.colourMap])})` }}
          />
          {shownMap?.cam ? (
            <p className="dim">
              {methodTitles[heat.method]} for “{shownMap.cam.className}”, {shownMap.cam.columns} × {shownMap.cam.rows}{' '}
              cells at layer {shownMap.cam.layer}. It shows what moved the score, not the outline of a lesion.
            </p>
          ) : (
            <p className="dim">
              {isOfSlices && !isAmongSlices
                ? 'The model did not look at this slice. A click on a bar goes to one it looked at.'
                : 'There is no such map of this image yet.'}
            </p>
          )}
        </>
      ) : null}
    </div>
  );
}

function TestMark({ model }: { model: ModelSummary }): ReactNode {
  const figure = mainFigure(model);
  if (!figure) return <p className="dim">Not tested yet on patients it has never seen.</p>;
  return (
    <p className="dim">
      {figure.title} {formatInterval(figure.estimate)}
      {model.number?.unit ? ` ${model.number.unit}` : ''}
      {model.cases === undefined ? '' : `, n = ${model.cases}`}, patients it has never seen.
    </p>
  );
}

/** A number where it lies on the scale of the question. */
function NumberScore({
  name,
  scale,
  prediction,
}: {
  name: string;
  scale: NumberScale;
  prediction: Prediction;
}): ReactNode {
  const [value = scale.minimum] = prediction.scores;
  const share = (value - scale.minimum) / (scale.maximum - scale.minimum);
  return (
    <section className="scores" aria-label="Scores">
      <div className="score is-predicted">
        <span>{name}</span>
        <output>{prediction.predicted}</output>
        <div className="score-bar">
          <i style={{ width: `${100 * Math.min(1, Math.max(0, share))}%` }} />
        </div>
      </div>
      <p className="dim">
        {share < 0 || share > 1 ? 'Outside the range of the question: ' : 'On the scale of the question, '}
        {scaleText(scale)}.
      </p>
      {prediction.seenInTraining ? <Badge tone="warn">seen in training: this proves nothing</Badge> : null}
    </section>
  );
}

/** Each label by itself, with the score from which on it is called. */
function LabelScores({ prediction }: { prediction: Prediction }): ReactNode {
  const { classes, scores, thresholds = [], predicted } = prediction;
  return (
    <section className="scores" aria-label="Scores">
      {classes.map((name, i) => {
        const [score, threshold] = [scores[i] ?? 0, thresholds[i] ?? 0.5];
        return (
          <div key={name} className={`score ${score >= threshold ? 'is-predicted' : ''}`}>
            <span>{name}</span>
            <output>{score.toFixed(2)}</output>
            <div className="score-bar">
              <i style={{ width: `${score * 100}%` }} />
              <b style={{ left: `${threshold * 100}%` }} title={`threshold ${threshold.toFixed(2)}`} />
            </div>
          </div>
        );
      })}
      <p>
        Says <strong>{predicted}</strong>
        <span className="dim">, each label at its own threshold</span>
      </p>
      {prediction.seenInTraining ? <Badge tone="warn">seen in training: this proves nothing</Badge> : null}
    </section>
  );
}

function ScoreBars({ model, prediction }: { model: ModelSummary; prediction: Prediction }): ReactNode {
  const { classes, scores, threshold, predicted } = prediction;
  if (model.number) return <NumberScore name={classes[0] ?? ''} scale={model.number} prediction={prediction} />;
  if (model.task === 'multi-label') return <LabelScores prediction={prediction} />;
  const positive = model.positive ?? classes.at(-1);
  return (
    <section className="scores" aria-label="Scores">
      {classes.map((name, i) => {
        const score = scores[i] ?? 0;
        return (
          <div key={name} className={`score ${name === predicted ? 'is-predicted' : ''}`}>
            <span>{name}</span>
            <output>{score.toFixed(2)}</output>
            <div className="score-bar">
              <i style={{ width: `${score * 100}%` }} />
              {threshold !== undefined && name === positive ? (
                <b style={{ left: `${threshold * 100}%` }} title={`threshold ${threshold.toFixed(2)}`} />
              ) : null}
            </div>
          </div>
        );
      })}
      <p>
        Says <strong>{predicted}</strong>
        {threshold !== undefined ? (
          <span className="dim">
            {' '}
            at threshold {threshold.toFixed(2)} for {positive}
          </span>
        ) : model.task === 'ordinal' ? (
          <span className="dim">, the grade in the middle of the scores</span>
        ) : null}
      </p>
      {prediction.tta ? <p className="dim">The {viewsText(prediction.tta)}.</p> : null}
      {prediction.seenInTraining ? <Badge tone="warn">seen in training: this proves nothing</Badge> : null}
    </section>
  );
}
