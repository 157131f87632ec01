import type { ReactNode } from 'react';
import { optimizerWords } from '../../../main/contract/training/optimizer.ts';
import { type OutputOf, useQueryOf } from '../../client/hooks.ts';
import { formatAmount, formatBytes, formatInterval, formatTime } from '../../components/format.ts';
import { mainFigure } from '../../components/mainFigure.ts';
import { formatRoute } from '../../components/navigation.ts';

const modeTexts = {
  scratch: 'all layers from scratch',
  'fine-tune': 'all layers, going on from a model',
  features: 'head on a frozen base',
} as const;

/** The way from labels to these weights, each step open to a click, and what the model card says. */
export function Lineage({ model }: { model: OutputOf<'models.get'> }): ReactNode {
  const { summary, card, path, sizeBytes } = model;
  const { runId, snapshotId } = summary;
  const run = useQueryOf('runs.get', { runId: runId ?? 'none' }, { enabled: runId !== undefined }).data;
  const input = card.preprocessing;
  return (
    <dl className="fact-list">
      <Fact name="Made">{formatTime(summary.createdAt)}</Fact>
      <Fact name="Dataset">
        {snapshotId ? <a href={formatRoute('datasets', [snapshotId])}>{snapshotId}</a> : undefined}
      </Fact>
      <Fact name="Dataset hash">{card.snapshotHash ? <code>{card.snapshotHash.slice(0, 12)}</code> : undefined}</Fact>
      <Fact name="Training">
        {runId ? <a href={formatRoute('train', [runId])}>{run?.summary.name ?? runId}</a> : 'imported'}
      </Fact>
      <Fact name="How">{run ? modeTexts[run.config.mode] : undefined}</Fact>
      <Fact name="Settings">{run ? settingsText(run.config) : undefined}</Fact>
      <Fact name="Learned from">
        {card.seenPatients.length > 0 ? formatAmount(card.seenPatients.length, 'patient') : 'not known'}
      </Fact>
      <Fact name="Validation">{card.validation ? validationText(card.validation) : undefined}</Fact>
      <Fact name="Picture">{input ? pictureText(input) : 'not known'}</Fact>
      <Fact name="Grey values">{input ? windowText(input.window) : undefined}</Fact>
      <Fact name="Threshold">
        {card.threshold ? `${card.threshold.value.toFixed(3)}: ${card.threshold.rule}` : undefined}
      </Fact>
      <Fact name="Intended use">{card.intendedUse || undefined}</Fact>
      <Fact name="File">
        <span className="path-text">{path}</span> ({formatBytes(sizeBytes)})
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  if (children === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type Card = OutputOf<'models.get'>['card'];

function settingsText(config: OutputOf<'runs.get'>['config']): string {
  const { epochs, batchSize, learningRate, schedule, optimizer, seed } = config;
  return `${epochs} epochs at most, batch ${batchSize}, learning rate ${learningRate} (${schedule}), ${optimizerWords(optimizer)}, seed ${seed}`;
}

function validationText(validation: NonNullable<Card['validation']>): string {
  const figure = mainFigure(validation);
  const text = figure ? `, ${figure.title} ${formatInterval(figure.estimate)}` : '';
  return `loss ${validation.loss.toFixed(3)}${text}`;
}

function pictureText({ size, channels, resize, cropMm }: NonNullable<Card['preprocessing']>): string {
  const crop = cropMm === undefined ? '' : `, ${cropMm} mm around the lesion`;
  return `${size} × ${size} px, ${channels === 1 ? 'grey' : 'three channels'}, ${resize}${crop}`;
}

const windowText = (window: { center: number; width: number } | undefined): string =>
  window ? `centre ${window.center}, width ${window.width}`.replace('-', '−') : "each image's own range";
