import { poolingWords } from '../../../contract/caseShape.ts';
import type { PlanChoice, SnapshotFingerprint } from '../../../contract/training/fingerprint.ts';
import { usualLoss } from '../../../contract/training/loss.ts';
import { TrainingConfig, type TrainingPlan } from '../../../contract/training.ts';
import { adviseDataset } from './adviseDataset.ts';
import type { PlanWishes } from './choice.ts';
import {
  backboneOf,
  chooseAugmentation,
  chooseBalance,
  chooseFreeze,
  chooseSchedule,
  rates,
} from './chooseLearning.ts';
import { chooseArchitecture, chooseBatch, chooseEpochs, chooseMode, choosePooling } from './chooseNetwork.ts';
import { estimateOf } from './estimate.ts';

/**
 * A training proposed for a dataset on a machine, each choice with its reason. A pure function of the fingerprint and the
 * wishes: the same numbers give the same plan on every machine.
 */
export function planTraining(fingerprint: SnapshotFingerprint, wishes: PlanWishes = {}): TrainingPlan {
  const { trainCases } = fingerprint;
  const mode = chooseMode(wishes);
  const architecture = chooseArchitecture(fingerprint, mode.value, wishes);
  const epochs = chooseEpochs(mode.value, trainCases);
  const batchSize = chooseBatch(fingerprint, architecture.value);
  const schedule = chooseSchedule(mode.value);
  const freeze = chooseFreeze(fingerprint, mode.value, wishes.stages ?? []);
  const augmentation = chooseAugmentation(fingerprint);
  const balance = chooseBalance(fingerprint);
  const rate = rates[mode.value];
  const pooling = choosePooling(fingerprint);
  const config = TrainingConfig.parse({
    ...{ snapshot: fingerprint.snapshot, architecture: architecture.value, mode: mode.value, epochs: epochs.value },
    ...{ backbone: backboneOf(wishes, mode.value), batchSize: batchSize.value, learningRate: rate.value },
    ...{ ...schedule.value, ...freeze.value, ...balance.value, augmentation: augmentation.value },
    loss: usualLoss(fingerprint.task),
    patience: Math.max(8, Math.ceil(epochs.value / 2)),
    ...(pooling && { pooling: pooling.value }),
  });
  const reasons = {
    ...{ architecture: architecture.reason, mode: mode.reason, epochs: epochs.reason, batchSize: batchSize.reason },
    ...{ learningRate: rate.reason, schedule: schedule.reason, freezeBelow: freeze.reason },
    ...{ augmentation: augmentation.reason, classWeights: balance.reason, sampling: balance.reason },
    ...(pooling && { pooling: pooling.reason }),
    patience: 'Training ends when the validation loss has not improved for so many epochs; the best weights are kept.',
  };
  const choices = choicesOf(config, reasons, augmentation.title, fingerprint);
  return { config, reasons, estimate: estimateOf(config, fingerprint), choices, fingerprint };
}

const modeWords: Record<TrainingConfig['mode'], string> = {
  scratch: 'from scratch, all layers',
  'fine-tune': 'going on from a model',
  features: 'a frozen base, only the last layer',
};

function choicesOf(
  config: TrainingConfig,
  reasons: Readonly<Record<string, string>>,
  augmentation: string,
  fingerprint: SnapshotFingerprint,
): PlanChoice[] {
  const { size, folds, device } = adviseDataset(fingerprint);
  const made = (key: string, title: string, value: string): PlanChoice => ({
    ...{ key, title, value, reason: reasons[key] ?? '', isAdvice: false },
  });
  const rise = config.warmUpEpochs > 0 ? 'rising, then ' : '';
  return [
    made('architecture', 'Network', config.architecture),
    size,
    made('mode', 'Way of training', modeWords[config.mode]),
    ...(config.mode === 'fine-tune'
      ? [made('freezeBelow', 'Frozen', config.freezeBelow ? `up to ${config.freezeBelow}` : 'nothing')]
      : []),
    ...(config.pooling ? [made('pooling', 'Slices', poolingWords[config.pooling])] : []),
    made('batchSize', 'Cases at once', String(config.batchSize)),
    made('epochs', 'Rounds through the cases', `at most ${config.epochs}`),
    made('learningRate', 'Step size', `${config.learningRate}, ${rise}falling`),
    ...(fingerprint.task === 'regression'
      ? []
      : [
          made(
            'classWeights',
            'Rare answers',
            config.sampling === 'balanced' ? 'shown equally often' : 'count the same',
          ),
        ]),
    made('augmentation', 'Changes to pictures', augmentation),
    folds,
    device,
  ];
}
