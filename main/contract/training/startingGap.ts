import type { TrainingConfig } from '../training.ts';

type Rule = (config: TrainingConfig) => string | undefined;

const startsFromModel = ({ backbone }: TrainingConfig): boolean => backbone !== 'none' && backbone !== 'random';

const start: Rule = (config) => {
  const { mode, backbone } = config;
  if (mode === 'fine-tune' && !startsFromModel(config)) return 'Choose the model to start from.';
  if (mode === 'features' && backbone === 'none') return 'Choose the base to freeze: a model, or random weights.';
  if (mode === 'scratch' && startsFromModel(config))
    return 'A training from scratch starts from no model: fine-tune it, or use its features.';
  return undefined;
};

const freezing: Rule = ({ mode, freezeBelow, unfreezeEpochs, stageRateFactor, batchNorm }) => {
  const freezes = freezeBelow !== undefined || unfreezeEpochs > 0 || batchNorm.frozen;
  if (mode === 'scratch' && freezes)
    return 'A training from scratch has to teach every layer: nothing can be frozen. Start from a model to freeze layers.';
  if (mode === 'scratch' && (stageRateFactor !== 1 || batchNorm.reestimated))
    return 'Rates by stage and fresh statistics are for networks that know something: start from a model.';
  if (mode === 'features' && unfreezeEpochs > 0)
    return 'The features of a frozen base are computed once, so it cannot be unfrozen later: choose fine-tuning.';
  if (mode === 'features' && freezeBelow === undefined && stageRateFactor !== 1)
    return 'Only the last layer learns here, so there are no stages to give rates of their own.';
  if (mode === 'features' && freezeBelow === undefined && batchNorm.frozen)
    return 'Only the last layer learns here: the base keeps its statistics in any case.';
  if (freezeBelow === 'head' && (unfreezeEpochs > 0 || stageRateFactor !== 1))
    return 'Only the last layer learns here, so there is nothing to unfreeze and there are no rates by stage.';
  return undefined;
};

const rates: Rule = ({ schedule, warmUpEpochs, epochs }) => {
  if (schedule === 'one-cycle' && warmUpEpochs > 0)
    return 'The one-cycle schedule warms up by itself: leave the warm-up at 0.';
  if (warmUpEpochs >= epochs) return 'The warm-up has to end before the last epoch.';
  return undefined;
};

const steps: Rule = ({ optimizer, sampling, classWeights }) => {
  if (optimizer.kind === 'sgd' && optimizer.nesterov && optimizer.momentum === 0)
    return "Nesterov's step needs a momentum above 0.";
  if (sampling === 'balanced' && classWeights !== false)
    return 'Balanced sampling shows each class equally often already: switch the class weights off.';
  return undefined;
};

const head: Rule = ({ mode, head: kind, freezeBelow, loss, sampling }) => {
  if (kind === 'dense') return undefined;
  if (mode !== 'features') return 'This head is fitted on a frozen base: choose to freeze a base.';
  if (freezeBelow !== undefined && freezeBelow !== 'head')
    return 'This head reads several depths of the whole base: it cannot be frozen only up to a layer.';
  if (loss.kind !== 'cross-entropy' || sampling !== 'shuffled')
    return 'This head is fitted at once and has a loss of its own: leave loss and sampling as they were.';
  return undefined;
};

/** What keeps a training from starting as configured, in a sentence; undefined where nothing does. */
export function startingGap(config: TrainingConfig): string | undefined {
  return start(config) ?? head(config) ?? freezing(config) ?? rates(config) ?? steps(config);
}
