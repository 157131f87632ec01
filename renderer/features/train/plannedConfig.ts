import type { TrainingConfig, TrainingPlan } from '../../../main/contract/training.ts';

/** What a person changed in a plan; the rest follows the proposal. */
export type PlanChanges = Partial<Omit<TrainingConfig, 'snapshot'>>;

const nothingFrozen = {
  ...{ freezeBelow: undefined, stageRateFactor: 1, unfreezeEpochs: 0 },
  batchNorm: { frozen: false, reestimated: false },
};

/**
 * The proposal with the changes on top. Choices that the way of training does not offer any more are left out: from
 * scratch there is nothing to start from and nothing to freeze.
 */
export function plannedConfig(plan: TrainingPlan, changes: PlanChanges): TrainingConfig {
  const config = { ...plan.config, ...changes };
  if (config.mode === 'scratch') return { ...config, ...nothingFrozen, backbone: 'none', head: 'dense' };
  // A fitted head has a loss of its own and reads the whole base.
  if (config.mode === 'features' && config.head !== 'dense')
    return {
      ...{ ...config, ...nothingFrozen, loss: plan.config.loss, sampling: plan.config.sampling },
      // Attention is learned by epochs.
      ...(config.pooling === 'attention' && { pooling: 'mean' }),
    };
  const cached: TrainingConfig =
    config.mode === 'features' ? { ...config, unfreezeEpochs: 0 } : { ...config, head: 'dense' };
  const onlyHead = cached.freezeBelow === 'head' || (cached.mode === 'features' && cached.freezeBelow === undefined);
  if (!onlyHead) return cached;
  return { ...cached, stageRateFactor: 1, unfreezeEpochs: 0, batchNorm: { ...cached.batchNorm, frozen: false } };
}

/** Seconds of the whole training: measured for the plan, scaled by the number of epochs. */
export function plannedSeconds({ config, estimate }: TrainingPlan, epochs: number, folds: number): number {
  return Math.max(0, estimate.totalSeconds + (epochs - config.epochs) * estimate.secondsPerEpoch * folds);
}
