import type { TrainingConfig, TrainingPlan } from '../../../main/contract/training.ts';

/** What a person changed in a plan; the rest follows the proposal. */
export type PlanChanges = Partial<Omit<TrainingConfig, 'snapshot'>>;

/** The proposal with the changes on top. From scratch there is nothing to start from. */
export function plannedConfig(plan: TrainingPlan, changes: PlanChanges): TrainingConfig {
  const config = { ...plan.config, ...changes };
  return config.mode === 'scratch' ? { ...config, backbone: 'none' } : config;
}

/** Seconds of the whole training: measured for the plan, scaled by the number of epochs. */
export function plannedSeconds({ config, estimate }: TrainingPlan, epochs: number, folds: number): number {
  return Math.max(0, estimate.totalSeconds + (epochs - config.epochs) * estimate.secondsPerEpoch * folds);
}
