import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppHandlers } from '../../contract/index.ts';
import type { NetworkCost, NetworkInput, networkMethods } from '../../contract/networks.ts';
import { AppError } from '../../domain/errors.ts';
import { architectures } from '../../learning/network/architectures/registry.ts';
import {
  type ArchitectureInput,
  architectureCostLine,
  describeArchitecture,
} from '../../learning/network/describe/describeArchitecture.ts';
import type { AppContext } from '../context.ts';
import { runInWorker } from '../learning/runInWorker.ts';
import { storedModel } from '../learning/storedModel.ts';

const usual: ArchitectureInput = { size: 128, channels: 1, classes: 2, batchSize: 16 };

const withUsual = (input: NetworkInput): ArchitectureInput => ({
  size: input.size ?? usual.size,
  channels: input.channels ?? usual.channels,
  classes: input.classes ?? usual.classes,
  batchSize: input.batchSize ?? usual.batchSize,
});

export function networkHandlers(context: AppContext): Pick<AppHandlers, keyof typeof networkMethods> {
  const known = new Map<string, Promise<NetworkCost[]>>();
  return {
    'networks.list': async (given) => {
      const input = withUsual(given);
      const key = JSON.stringify(input);
      const networks = known.get(key) ?? costLines(input);
      known.set(key, networks);
      return { networks: await networks, input };
    },
    'networks.describe': ({ architecture, modelId, ...given }) => {
      if (architecture !== undefined) return describeArchitecture(architecture, withUsual(given));
      if (modelId === undefined) throw new AppError('invalid-input', 'Name an architecture or a model.');
      const { path, summary } = storedModel(context.store, modelId);
      const { size, batchSize = usual.batchSize } = given;
      return runInWorker(context, 'describeModel', {
        ...{ path, title: summary.name, batchSize },
        ...(size === undefined ? {} : { size }),
      });
    },
  };
}

async function costLines(input: ArchitectureInput): Promise<NetworkCost[]> {
  const networks: NetworkCost[] = [];
  for (const { id } of architectures) {
    networks.push(architectureCostLine(id, input));
    await nextTurn(); // a label may be saved between two networks
  }
  return networks;
}
