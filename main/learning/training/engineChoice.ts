import { availableParallelism } from 'node:os';
import type { TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';
import { engineOf } from '../engine/devices.ts';

/** Where a training runs, every `auto` decided; recorded in the run, because it is part of what decides the weights. */
export interface EngineChoice {
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
}

/**
 * Throws `unsupported-device` for an engine and a device that do not belong together.
 * @param automatic what the device `auto` means on this machine: the fastest that passed its self-test
 */
export function chooseEngine(
  config: Pick<TrainingConfig, 'engine' | 'device' | 'threads'>,
  automatic = 'cpu',
): EngineChoice {
  const threads = config.threads ?? availableParallelism();
  const device = chosenDevice(config, automatic);
  const engine = engineOf(device);
  if (config.engine !== 'auto' && config.engine !== engine)
    throw new AppError(
      'unsupported-device',
      `The device ${device} is not one of the engine ${config.engine}: name a device of it, or leave the engine to auto.`,
    );
  return { engine, device, threads };
}

/** TensorFlow is one device; every other engine has several, of which `auto` is the fastest. */
function chosenDevice({ engine, device }: Pick<TrainingConfig, 'engine' | 'device'>, automatic: string): string {
  if (device !== 'auto') return device;
  return engine === 'tensorflow' ? 'tensorflow' : automatic;
}
