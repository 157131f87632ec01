import type { ReactNode } from 'react';
import { phaseWords, poolingWords } from '../../../main/contract/caseShape.ts';
import { optimizerWords } from '../../../main/contract/training/optimizer.ts';
import { type OutputOf, useQueryOf } from '../../client/hooks.ts';
import { FactList } from '../../components/FactList.tsx';
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
    <FactList
      facts={[
        ['Made', formatTime(summary.createdAt)],
        [
          'Dataset',
          snapshotId ? (
            <a key="dataset" href={formatRoute('datasets', [snapshotId])}>
              {snapshotId}
            </a>
          ) : undefined,
        ],
        ['Dataset hash', card.snapshotHash ? <code key="hash">{card.snapshotHash.slice(0, 12)}</code> : undefined],
        [
          'Training',
          runId ? (
            <a key="training" href={formatRoute('train', [runId])}>
              {run?.summary.name ?? runId}
            </a>
          ) : (
            'imported'
          ),
        ],
        ['How', run ? modeTexts[run.config.mode] : undefined],
        ['Settings', run ? settingsText(run.config) : undefined],
        [
          'Learned from',
          card.seenPatients.length > 0 ? formatAmount(card.seenPatients.length, 'patient') : 'not known',
        ],
        ['Validation', card.validation ? validationText(card.validation) : undefined],
        ['Picture', input ? pictureText(input) : 'not known'],
        ['Slices', input?.slices ? slicesText(input.slices, card.pooling) : undefined],
        [
          'Channels',
          input?.phases ? input.phases.map((rule) => `${rule.name} (${phaseWords(rule)})`).join('; ') : undefined,
        ],
        ['Grey values', input ? windowText(input.window) : undefined],
        ['Threshold', card.threshold ? `${card.threshold.value.toFixed(3)}: ${card.threshold.rule}` : undefined],
        ['Intended use', card.intendedUse || undefined],
        [
          'File',
          <span key="file">
            <span className="path-text">{path}</span> ({formatBytes(sizeBytes)})
          </span>,
        ],
      ]}
    />
  );
}

type Card = OutputOf<'models.get'>['card'];

function slicesText(
  { count, extent }: NonNullable<NonNullable<Card['preprocessing']>['slices']>,
  pooling: Card['pooling'],
): string {
  const where = extent === 'series' ? 'evenly over the series' : 'of the outlined lesion';
  return `${count}, ${where}, ${poolingWords[pooling ?? 'mean']}`;
}

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
  return `${size} × ${size} px, ${channels === 1 ? 'grey' : `${channels} channels`}, ${resize}${crop}`;
}

const windowText = (window: { center: number; width: number } | undefined): string =>
  window ? `centre ${window.center}, width ${window.width}`.replace('-', '−') : "each image's own range";
