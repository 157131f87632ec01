import type { RunDetail, RunDevice } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { RunFolder, type RunManifest } from '../../learning/training/runFolder.ts';
import { deviceOverview } from '../devices/deviceOverview.ts';

/** What run.json says; a damaged one keeps nobody from looking at the run: resuming it tells. */
export function manifestOf(runDirectory: string): RunManifest | undefined {
  try {
    return new RunFolder(runDirectory).readManifest();
  } catch (thrown) {
    if (thrown instanceof AppError) return undefined;
    throw thrown;
  }
}

/** The device a training was started on, with what its last test on this machine measured. Undefined before it has begun. */
export function runDevice(runDirectory: string, config: RunDetail['config']): RunDevice | undefined {
  const engine = manifestOf(runDirectory)?.engine;
  if (engine === undefined) return undefined;
  const device = deviceOverview().devices.find(({ id }) => id === engine.device);
  const speed = device?.state === 'passed' ? device.lastTest?.training : undefined;
  return {
    ...{ engine: engine.engine, id: engine.device, title: device?.title ?? engine.device, threads: engine.threads },
    isAutomatic: config.device === 'auto' && config.engine !== 'tensorflow',
    ...(speed === undefined ? {} : { speed }),
  };
}
