import type { DatasetTask } from '../../contract/datasetTask.ts';
import type { Loss } from '../../contract/training/loss.ts';
import type { EpochRow } from '../../contract/training.ts';

/** Epochs that have to be over before curves mean anything. */
const ENOUGH_EPOCHS = 4;
/** Epochs since the best one after which a rise is no accident. */
const CLEARLY_PAST = 3;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const percent = (value: number): string => value.toFixed(2);

/** Difference of two cross entropies that is clear. */
const CLEAR_GAP = 0.15;

/** How much smaller a loss is than the cross entropy for answers that are guessed: the focal loss weighs them less. */
const scaleOf = (loss: Loss): number => (loss.kind === 'focal' ? 0.5 ** loss.gamma : 1);

function hintOfOneTraining(rows: readonly EpochRow[], loss: Loss, task: DatasetTask): string | undefined {
  const scale = scaleOf(loss);
  // Guessing between two classes; between more it is larger.
  const chance = scale * Math.log(2);
  const last = rows.at(-1);
  if (!last || rows.length < ENOUGH_EPOCHS) return undefined;
  const best = rows.reduce((a, b) => (b.valLoss < a.valLoss ? b : a));
  const recent = rows.slice(-3);
  const gap = mean(recent.map((row) => row.valLoss)) - mean(recent.map((row) => row.loss));
  const past = last.epoch - best.epoch;
  if (past >= CLEARLY_PAST && gap > CLEAR_GAP * scale && last.loss < best.loss)
    return `The network has begun to learn the training images by heart: on unseen patients it was best in epoch ${best.epoch}, ${past} epochs ago. Those weights are kept. More patients, more augmentation or stopping now will help; more epochs will not.`;
  // A number is learned in standard deviations: one, squared, is what its mean gives.
  if (task === 'regression' && loss.kind === 'mse' && last.loss > 0.9 && best.valLoss > 0.9)
    return 'The network has hardly learned anything yet: it says little more than the mean for every image. If that stays so, try another learning rate, or check whether the number can be seen at this image size.';
  // Soft grades leave some loss to a perfect network too: there it does not tell guessing.
  if ((task === 'classification' || task === 'multi-label') && last.loss > 0.9 * chance && best.valLoss > 0.9 * chance)
    return 'The network has hardly learned anything yet: its answers are close to guessing. If that stays so, try another learning rate, or check whether the label can be seen at this image size.';
  if (last.trainAuroc !== undefined && last.valAuroc !== undefined && last.trainAuroc - last.valAuroc > 0.15)
    return `It does much better on the training images (AUROC ${percent(last.trainAuroc)}) than on unseen patients (${percent(last.valAuroc)}): more patients or more augmentation would help most.`;
  if (past === 0 && rows.length >= ENOUGH_EPOCHS + 2)
    return 'Still getting better on unseen patients: it is worth letting it go on.';
  if (past >= CLEARLY_PAST)
    return `No better on unseen patients since epoch ${best.epoch}. Training ends by itself when this goes on; the best weights are kept.`;
  return undefined;
}

/**
 * What the curves say, in a radiologist's words; undefined while it is too early to say. With folds, of the fold that
 * runs.
 */
export function overfittingHint(
  epochs: readonly EpochRow[],
  loss: Loss = { kind: 'cross-entropy', smoothing: 0 },
  task: DatasetTask = 'classification',
): string | undefined {
  const fold = epochs.at(-1)?.fold;
  return hintOfOneTraining(
    epochs.filter((row) => row.fold === fold),
    loss,
    task,
  );
}
