import type { ReactNode } from 'react';
import type { HeadKind } from '../../../main/contract/training.ts';
import { Card } from '../../components/Card.tsx';
import { linearScale, niceTicks, type Range } from '../../components/charts/linearScale.ts';
import { headOf, heads, headTitles, mainSetting, settingWords, shortNumber, type Trial } from './searchWords.ts';

interface TrialChartProps {
  readonly trials: readonly Trial[];
  readonly chosenId: number | undefined;
  readonly onChoose: (id: number) => void;
}

const size = { width: 250, height: 190, left: 40, right: 10, top: 10, bottom: 34 } as const;

const xOf = (trial: Trial): number => Math.log10(Number(trial.settings[mainSetting[headOf(trial)].key]) || 1);

function padded(values: readonly number[]): Range {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || 1) * 0.06;
  return [low - margin, high + margin];
}

/** A loss of a hopeless trial would press all others to the floor. */
function lossRange(trials: readonly Trial[]): Range {
  const losses = trials.map(({ valLoss }) => valLoss).sort((a, b) => a - b);
  const middle = losses[Math.floor(losses.length / 2)] ?? 1;
  const lowest = losses[0] ?? 0;
  const highest = Math.min(losses.at(-1) ?? 1, Math.max(lowest + 3 * (middle - lowest), lowest + 0.05));
  return padded([lowest, highest]);
}

/** A panel a head: validation loss over its main setting. Small and hollow: stopped early; large: had all the work. */
export function TrialChart({ trials, chosenId, onChoose }: TrialChartProps): ReactNode {
  if (trials.length === 0) return null;
  const y = lossRange(trials);
  const used = heads.filter((head) => trials.some((trial) => headOf(trial) === head));
  return (
    <Card title="Validation loss by setting">
      <div className="trial-charts">
        {used.map((head) => (
          <Panel
            key={head}
            head={head}
            trials={trials.filter((trial) => headOf(trial) === head)}
            y={y}
            chosenId={chosenId}
            onChoose={onChoose}
          />
        ))}
      </div>
      <p className="dim trial-key">
        <span>
          <i className="trial-dot is-full" /> fitted with all the work
        </span>
        <span>
          <i className="trial-dot" /> stopped early
        </span>
        <span>
          <i className="trial-dot is-chosen" /> chosen
        </span>
        <span>lower is better; points at the top edge lie above it</span>
      </p>
    </Card>
  );
}

interface PanelProps extends TrialChartProps {
  readonly head: HeadKind;
  readonly y: Range;
}

function Panel({ head, trials, y, chosenId, onChoose }: PanelProps): ReactNode {
  const { width, height, left, right, top, bottom } = size;
  const range = padded(trials.map(xOf));
  const xAt = linearScale(range, [left, width - right]);
  const yAt = linearScale(y, [height - bottom, top]);
  const { title } = mainSetting[head];
  const first = Math.ceil(range[0]);
  const powers = Array.from({ length: Math.max(0, Math.floor(range[1]) - first + 1) }, (_, i) => first + i);
  const thinned = powers.filter((_, i) => i % Math.ceil(powers.length / 4) === 0);
  const ticks = thinned.length > 1 ? thinned : [Math.min(...trials.map(xOf)), Math.max(...trials.map(xOf))];
  return (
    <figure className="trial-panel" aria-label={`${headTitles[head]}: validation loss over ${title}`}>
      <figcaption>
        {headTitles[head]} <span className="dim">{trials.length} fits</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="presentation">
        {niceTicks(y, 4).map((tick) => (
          <g key={tick}>
            <line className="trial-grid" x1={left} x2={width - right} y1={yAt(tick)} y2={yAt(tick)} />
            <text x={left - 6} y={yAt(tick) + 3} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        {[...new Set(ticks)].map((tick) => (
          <text key={tick} x={xAt(tick)} y={height - bottom + 14} textAnchor="middle">
            {shortNumber(10 ** tick)}
          </text>
        ))}
        <text className="trial-axis" x={(left + width - right) / 2} y={height - 4} textAnchor="middle">
          {title}
        </text>
        {[...trials]
          .sort((a, b) => a.budget - b.budget)
          .map((trial) => (
            // biome-ignore lint/a11y/useSemanticElements: SVG has no button
            <circle
              key={`${trial.rung}/${trial.id}`}
              className={`trial-point ${trial.budget === 1 ? 'is-full' : ''} ${trial.id === chosenId ? 'is-chosen' : ''}`}
              cx={xAt(xOf(trial))}
              cy={Math.max(top, yAt(trial.valLoss))}
              r={trial.budget === 1 ? 4.5 : trial.budget > 0.2 ? 3.2 : 2.4}
              // The table below is the way with keys: hundreds of stops here would be none.
              role="button"
              tabIndex={-1}
              aria-label={`No. ${trial.id}`}
              onClick={() => onChoose(trial.id)}
              onKeyDown={(event) => event.key === 'Enter' && onChoose(trial.id)}
            >
              <title>
                {`No. ${trial.id}: ${settingWords(trial)}; validation loss ${trial.valLoss.toFixed(4)}${
                  trial.valAuroc === undefined ? '' : `, AUROC ${trial.valAuroc.toFixed(3)}`
                }, ${Math.round(trial.budget * 100)} % of the work`}
              </title>
            </circle>
          ))}
      </svg>
    </figure>
  );
}
