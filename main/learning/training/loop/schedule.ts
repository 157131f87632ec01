import type { EpochRow, TrainingConfig } from '../../../contract/training.ts';

type Rates = Pick<TrainingConfig, 'learningRate' | 'schedule' | 'rateDrop' | 'warmUpEpochs' | 'epochs'>;

/** Where in the training a step is; everything a rate depends on. */
export interface RatePlace {
  /** Updates of the weights done since the beginning. */
  readonly update: number;
  readonly updatesPerEpoch: number;
  /** Epochs that are over. */
  readonly history: readonly Pick<EpochRow, 'valLoss'>[];
}

/** Share of a validation loss by which another has to be smaller to count as better. */
const LEAST_GAIN = 1e-4;

const cosineBetween = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

/** Smith and Topin, 2018, with PyTorch's shares: up for 30 % of the steps from 1/25, down to 1/250,000. */
function oneCycle(step: number, total: number): number {
  const top = Math.max(0.3 * total - 1, 0);
  const last = Math.max(total - 1, 1);
  if (step <= top) return top === 0 ? 1 : cosineBetween(1 / 25, 1, step / top);
  return cosineBetween(1, 1 / 25e4, Math.min(1, (step - top) / (last - top)));
}

/** How often the validation loss has stood still for as many epochs: what `plateau` has dropped until now. */
export function plateauDrops(history: RatePlace['history'], patience: number): number {
  let best = Number.POSITIVE_INFINITY;
  let idle = 0;
  let drops = 0;
  for (const { valLoss } of history) {
    if (valLoss < best * (1 - LEAST_GAIN)) [best, idle] = [valLoss, 0];
    else idle++;
    if (idle >= patience) [drops, idle] = [drops + 1, 0];
  }
  return drops;
}

/**
 * The learning rate of an update. A function of the configuration, the place and the validation losses so far: a resumed
 * run needs no memory of its own.
 */
export function learningRateAt(rates: Rates, { update, updatesPerEpoch, history }: RatePlace): number {
  const { learningRate, schedule, rateDrop, warmUpEpochs, epochs } = rates;
  const warmUp = Math.round(warmUpEpochs * updatesPerEpoch);
  if (update < warmUp) return (learningRate * (update + 1)) / warmUp;
  const step = update - warmUp;
  const total = epochs * updatesPerEpoch - warmUp;
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'cosine':
      return (learningRate * (1 + Math.cos((Math.PI * step) / total))) / 2;
    case 'step':
      return learningRate * rateDrop.factor ** Math.floor(step / (rateDrop.epochs * updatesPerEpoch));
    case 'one-cycle':
      return learningRate * oneCycle(step, total);
    case 'plateau':
      return learningRate * rateDrop.factor ** plateauDrops(history, rateDrop.epochs);
  }
}
