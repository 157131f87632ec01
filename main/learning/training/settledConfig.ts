import { TrainingConfig } from '../../contract/training.ts';
import { canonicalJson } from '../dataset/canonicalJson.ts';

/** Settings that came after the first version; at their usual value they change nothing. */
const laterSettings = [
  ...['freezeBelow', 'stageRateFactor', 'unfreezeEpochs', 'batchNorm', 'headDropout', 'loss', 'rateDrop'],
  ...['warmUpEpochs', 'accumulateBatches', 'clipNorm', 'averageDecay', 'sampling', 'head', 'pooling', 'lowering'],
];
const firstOfAugmentation = ['flipHorizontal', 'flipVertical', 'shift', 'rotationDegrees', 'intensity'];
const laterOfOptimizer = ['l1', 'decay', 'nesterov'];

function without(settings: object, later: readonly string[], usual: object): Record<string, unknown> {
  const defaults = new Map<string, unknown>(Object.entries(usual));
  const isUsual = (key: string, value: unknown) =>
    canonicalJson(value ?? null) === canonicalJson(defaults.get(key) ?? null);
  return Object.fromEntries(
    Object.entries(settings).filter(([key, value]) => !(later.includes(key) && isUsual(key, value))),
  );
}

/**
 * A configuration as runs of earlier versions wrote it, as far as it says the same: their checkpoints are known by it and
 * go on.
 */
export function settledConfig({ optimizer, augmentation, ...config }: TrainingConfig): Record<string, unknown> {
  const { kind } = optimizer;
  const laterOfAugmentation = Object.keys(augmentation).filter((key) => !firstOfAugmentation.includes(key));
  const usual = TrainingConfig.parse({ snapshot: 'x', optimizer: { kind } });
  return {
    ...without(config, laterSettings, usual),
    augmentation: without(augmentation, laterOfAugmentation, usual.augmentation),
    optimizer: without(optimizer, laterOfOptimizer, usual.optimizer),
  };
}
