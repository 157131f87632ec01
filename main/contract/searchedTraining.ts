import type { SearchDetail, TrialSettings } from './search.ts';
import { TrainingConfig } from './training.ts';

type SettingsRequest = Extract<SearchDetail['request'], { kind: 'settings' }>;

/**
 * The training that settings of a search stand for. A fitted head chooses its own setting once more, on the same
 * validation cases; statistics are measured on the training pictures, as the search did.
 */
export function searchedTraining(request: SettingsRequest, settings: TrialSettings): TrainingConfig {
  const { snapshot, architecture, backbone, epochs, batchSize, seed, threads } = request;
  const { head, classWeights, learningRate, weightDecay } = settings;
  const common = {
    ...{ snapshot, architecture, backbone, mode: 'features', head, classWeights, seed },
    ...(threads !== undefined && { threads }),
  };
  if (head !== 'dense') return TrainingConfig.parse(common);
  return TrainingConfig.parse({
    ...common,
    ...{ learningRate, epochs, batchSize, patience: epochs, batchNorm: { reestimated: true } },
    optimizer: { kind: 'adam', weightDecay },
  });
}
