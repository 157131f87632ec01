import type { z } from 'zod';
import type { TrainingConfig } from '../../contract/training.ts';
import type { CoreConnection } from '../connection.ts';

/** The loss that suits the dataset's task where none was asked for. */
export async function withUsualLoss(
  core: CoreConnection,
  config: z.input<typeof TrainingConfig>,
): Promise<z.input<typeof TrainingConfig>> {
  if (config.loss !== undefined) return config;
  const plan = await core.client['training.plan']({ snapshotId: config.snapshot });
  return { ...config, loss: plan.config.loss };
}
