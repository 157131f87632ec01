import { availableParallelism } from 'node:os';
import type { TrainingConfig } from '../../contract/training.ts';
import { AppError } from '../../domain/errors.ts';

/** Where a training runs, every `auto` decided; recorded in the run, because it is part of what decides the weights. */
export interface EngineChoice {
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
}

/**
 * Throws `unsupported-device` for an engine that is not on this machine.
 * @param automatic what the device `auto` means on this machine: the fastest that passed its self-test
 */
export function chooseEngine(
  config: Pick<TrainingConfig, 'engine' | 'device' | 'threads'>,
  automatic = 'cpu',
): EngineChoice {
  if (config.engine === 'tensorflow')
    throw new AppError('unsupported-device', 'The TensorFlow engine is not installed: choose onnxruntime.');
  return {
    engine: 'onnxruntime',
    device: config.device === 'auto' ? automatic : config.device,
    threads: config.threads ?? availableParallelism(),
  };
}
