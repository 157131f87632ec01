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

/** The same augmentation in words, for a reader who wants to know what happens to the pictures. */
export function augmentationWords({ augmentation }: Pick<TrainingConfig, 'augmentation'>): string {
  const { flipHorizontal, flipVertical, shift, rotationDegrees, intensity } = augmentation;
  const parts = [
    flipHorizontal ? 'mirrored left to right' : '',
    flipVertical ? 'mirrored top to bottom' : '',
    shift > 0 ? `shifted by up to ${Math.round(shift * 100)} % of the side` : '',
    rotationDegrees > 0 ? `turned by up to ${rotationDegrees}°` : '',
    intensity > 0 ? `up to ${Math.round(intensity * 100)} % brighter, darker, flatter or steeper` : '',
  ].filter(Boolean);
  if (parts.length === 0) return 'Every picture is shown as it is.';
  return `Each time a picture is shown it is, at random, ${parts.join(', ')}.`;
}
