import type { ModelCard } from '../../contract/models.ts';
import type { Network } from '../network/network.ts';

/** A network that came without a card: classes by number, no threshold. */
export function cardOfStranger(network: Network, name: string): ModelCard {
  return {
    name,
    task: 'classification',
    architecture: network.architecture ?? 'imported',
    classes: Array.from({ length: network.classes }, (_, index) => `class ${index}`),
    unit: 'image',
    seenPatients: [],
    seenPixels: [],
    intendedUse: 'Research use only. Imported without a model card: training data and preprocessing are unknown.',
  };
}
