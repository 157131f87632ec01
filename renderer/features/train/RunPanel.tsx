import type { ReactNode } from 'react';
import type { RunDetail } from '../../../main/contract/training.ts';
import { ContextPanel } from '../../components/ContextPanel.tsx';
import { formatRate, workOf } from '../../components/deviceSpeed.ts';
import { FactList, type NamedFact } from '../../components/FactList.tsx';
import { formatAmount, formatDuration } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { FormList } from '../../components/lowerings/FormList.tsx';
import { formatRoute } from '../../components/navigation.ts';
import { craftFacts } from './advanced/advancedSettings.ts';
import { augmentationWords } from './augmentation/augmentationWords.ts';
import { headTitle } from './HeadField.tsx';
import { modeText } from './statusWords.ts';

/** What is safe after a training broke off. */
function safeText({ epochs, summary }: RunDetail): string {
  if (epochs.length === 0)
    return 'Nothing was lost but this try: no epoch was over yet. Images, labels and the dataset are untouched.';
  const best = summary.bestEpoch === undefined ? '' : ` The best weights so far are from epoch ${summary.bestEpoch}.`;
  return `The last checkpoint is safe: Resume goes on from it.${best} Images, labels and the dataset are untouched.`;
}

const fallbackHints: Partial<Record<RunDetail['summary']['status'], string>> = {
  queued: 'Waiting for its turn.',
  running: 'It is too early to say anything about the curves.',
  paused: 'Paused. Nothing is lost; Resume goes on with exactly the same result as without the pause.',
};

/** Plain words on the curves, the trouble if there is any, and the configuration. */
export function RunPanel({ run }: { run: RunDetail }): ReactNode {
  const { config, summary, epochs, error } = run;
  const ended = endedText(run);
  const isFitted = config.head !== 'dense';
  const hint = (summary.status === 'paused' || isFitted ? undefined : run.hint) ?? fallbackHints[summary.status];
  const last = epochs.at(-1);
  const facts: readonly NamedFact[] = [
    ['Head', isFitted ? headTitle(config.head) : undefined],
    ['Best epoch', isFitted ? undefined : bestText(run)],
    ['Time so far', formatDuration(summary.seconds)],
    [
      'One epoch',
      last && !isFitted ? `${last.seconds < 10 ? last.seconds.toFixed(1) : Math.round(last.seconds)} s` : undefined,
    ],
    ['Architecture', config.architecture],
    ['Way', modeText(config.mode)],
    ...(isFitted ? [] : learningFacts(config)),
    ...deviceFacts(run),
    ['Seed', String(config.seed)],
    ['Time limit', config.timeLimitMinutes === undefined ? undefined : `${config.timeLimitMinutes} min`],
    [
      'Dataset',
      <a key="dataset" href={formatRoute('datasets', [summary.snapshotId])}>
        open it
      </a>,
    ],
  ];
  return (
    <ContextPanel label="About this training">
      <div className="run-panel">
        {error ? (
          <section className="run-error" role="alert" aria-label="What happened">
            <h2>
              <Icon name="warning" /> What happened
            </h2>
            <p>{error.message}</p>
            <p>{safeText(run)}</p>
          </section>
        ) : null}
        {ended || hint ? (
          <section className="run-hint" aria-label="What the curves say" aria-live="polite">
            <h2>In plain words</h2>
            {ended ? <p>{ended}</p> : null}
            {hint ? <p className={ended ? 'dim' : ''}>{hint}</p> : null}
          </section>
        ) : null}
        <section className="stack" aria-label="Facts">
          <h2>Facts</h2>
          <FactList facts={facts} />
          {isFitted ? null : <p className="dim">{augmentationWords(config)}</p>}
        </section>
        {run.lowerings && run.lowerings.length > 0 ? (
          <section className="stack" aria-label="Ways of computing">
            <h2>Ways of computing</h2>
            <FormList forms={run.lowerings} />
          </section>
        ) : null}
      </div>
    </ContextPanel>
  );
}

/** Where it runs, who chose that, and how fast the device was when it was tested. */
function deviceFacts({ device }: RunDetail): readonly NamedFact[] {
  if (!device) return [];
  const { title, isAutomatic, threads, speed, id } = device;
  const chosen = isAutomatic ? ' (chosen by “auto”)' : '';
  const onThreads = id === 'cpu' ? `, ${formatAmount(threads, 'thread')}` : '';
  return [
    ['Device', `${title}${onThreads}${chosen}`],
    ['Its speed when tested', speed ? `${formatRate(speed.imagesPerSecond)}: ${workOf(speed)}` : 'not measured yet'],
  ];
}

const learningFacts = (config: RunDetail['config']): readonly NamedFact[] => [
  ['Learning rate', String(config.learningRate)],
  ['Batch', `${config.batchSize} cases`],
  ...craftFacts(config),
  ['Patience', `${config.patience} epochs`],
];

/** What a training that is over has left behind. */
function endedText({ summary, epochs, config }: RunDetail): string | undefined {
  if (summary.modelId === undefined) return undefined;
  if (config.head !== 'dense')
    return 'The head is fitted and kept as a model. Evaluate tests it on patients it has never seen.';
  const early = summary.status === 'finished' && summary.folds === undefined && epochs.length < config.epochs;
  const best = summary.folds === undefined && summary.bestEpoch !== undefined ? `, of epoch ${summary.bestEpoch},` : '';
  const why = early ? `ended early after epoch ${epochs.length}: nothing improved any more` : 'is over';
  return `The training ${why}. The best weights${best} are kept as a model. Evaluate tests it on patients it has never seen.`;
}

function bestText({ summary }: RunDetail): string | undefined {
  const { bestEpoch, bestValLoss, bestValAuroc } = summary;
  if (bestEpoch === undefined) return undefined;
  const loss = bestValLoss === undefined ? '' : `, validation loss ${bestValLoss.toFixed(3)}`;
  const auroc = bestValAuroc === undefined ? '' : `, AUROC ${bestValAuroc.toFixed(2)}`;
  return `${bestEpoch}${loss}${auroc}`;
}
