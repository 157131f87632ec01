import { optimizerWords } from '../../../../main/contract/training/optimizer.ts';
import { TrainingConfig } from '../../../../main/contract/training.ts';
import { formatAmount } from '../../../components/format.ts';
import type { PlanChanges } from '../plannedConfig.ts';

/** What stands behind `Advanced`; everything else is on the form itself. */
export const advancedKeys = [
  ...(['schedule', 'rateDrop', 'warmUpEpochs', 'optimizer', 'accumulateBatches', 'clipNorm', 'averageDecay'] as const),
  ...(['loss', 'classWeights', 'sampling', 'headDropout', 'freezeBelow', 'stageRateFactor', 'unfreezeEpochs'] as const),
  ...(['batchNorm', 'seed'] as const),
] satisfies readonly (keyof PlanChanges)[];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** How many of them differ from the proposal. */
export function changedSettings(proposed: TrainingConfig, config: TrainingConfig): number {
  return advancedKeys.filter((key) => !same(proposed[key], config[key])).length;
}

/** The changes without those behind `Advanced`. */
export function withoutAdvanced(changes: PlanChanges): PlanChanges {
  return Object.fromEntries(Object.entries(changes).filter(([key]) => !advancedKeys.some((known) => known === key)));
}

export const scheduleTitles: Readonly<Record<TrainingConfig['schedule'], string>> = {
  cosine: 'falls along a cosine',
  constant: 'stays the same',
  step: 'falls in steps',
  'one-cycle': 'rises, then falls (one cycle)',
  plateau: 'falls when nothing improves',
};

function scheduleWords({ schedule, rateDrop, warmUpEpochs }: TrainingConfig): string {
  const warmUp = warmUpEpochs > 0 ? `, after a warm-up of ${formatAmount(warmUpEpochs, 'epoch')}` : '';
  const drop = `x ${rateDrop.factor}`;
  if (schedule === 'step') return `${drop} every ${formatAmount(rateDrop.epochs, 'epoch')}${warmUp}`;
  if (schedule === 'plateau') return `${drop} after ${formatAmount(rateDrop.epochs, 'epoch')} without a gain${warmUp}`;
  return `${scheduleTitles[schedule]}${warmUp}`;
}

function lossWords({ loss }: TrainingConfig): string {
  const names = {
    'cross-entropy': 'cross entropy',
    binary: 'binary cross entropy',
    mse: 'mean squared error',
  } as const;
  if (loss.kind === 'mse') return names.mse;
  if (loss.kind === 'huber') return `Huber, delta ${loss.delta}`;
  const name = loss.kind === 'focal' ? `focal, gamma ${loss.gamma}` : names[loss.kind];
  return loss.smoothing > 0 ? `${name}, smoothed by ${Math.round(loss.smoothing * 100)} %` : name;
}

function classWords({ classWeights, sampling }: TrainingConfig): string {
  if (sampling === 'balanced') return 'each class is shown equally often';
  if (classWeights === true) return 'each class counts the same';
  return classWeights === false ? 'each case counts the same' : `by effective number, beta ${classWeights.beta}`;
}

function pullWords({ optimizer: { weightDecay, l1 } }: TrainingConfig): string {
  return l1 > 0 ? `${weightDecay}, L1 ${l1}` : String(weightDecay);
}

function freezeWords({ mode, freezeBelow }: TrainingConfig): string | undefined {
  if (freezeBelow === 'head') return 'all but the last layer';
  if (freezeBelow !== undefined) return `up to ${freezeBelow}${mode === 'features' ? ', computed once' : ''}`;
  return mode === 'features' ? 'all but the last layer, computed once' : undefined;
}

function normWords({ batchNorm }: TrainingConfig): string | undefined {
  const words = [batchNorm.reestimated ? 'measured anew first' : '', batchNorm.frozen ? 'kept' : ''].filter(Boolean);
  return words.length > 0 ? words.join(', then ') : undefined;
}

const sharedWords = (share: number | undefined): string | undefined =>
  share === undefined ? undefined : `${Math.round(share * 100)} % of its inputs`;

const usual = TrainingConfig.parse({ snapshot: 'x' });

/** How a training learned, for the facts of a run: what always matters, and whatever is not as usual. */
export function craftFacts(config: TrainingConfig): readonly (readonly [name: string, value: string | undefined])[] {
  const ifUnusual = (key: keyof TrainingConfig, words: string): string | undefined =>
    same(config[key], usual[key]) ? undefined : words;
  return [
    ['Rate over time', scheduleWords(config)],
    ['Optimizer', optimizerWords(config.optimizer)],
    ['Weight decay', pullWords(config)],
    ['Gathered', ifUnusual('accumulateBatches', `gradients of ${config.accumulateBatches} batches`)],
    ['Longest gradient', ifUnusual('clipNorm', String(config.clipNorm))],
    ['Averaged', ifUnusual('averageDecay', `weights, keeping ${config.averageDecay}`)],
    ['Loss', ifUnusual('loss', lossWords(config))],
    ['Classes', classWords(config)],
    [
      'Patients',
      ifUnusual('sampling', config.sampling === 'by-patient' ? 'each shown equally often' : '') || undefined,
    ],
    ['Dropout', sharedWords(config.headDropout)],
    ['Frozen', freezeWords(config)],
    ['Rates by stage', ifUnusual('stageRateFactor', `x ${config.stageRateFactor} for each earlier stage`)],
    ['Unfrozen', ifUnusual('unfreezeEpochs', `one stage more every ${formatAmount(config.unfreezeEpochs, 'epoch')}`)],
    ['Normalisation', normWords(config)],
  ];
}
