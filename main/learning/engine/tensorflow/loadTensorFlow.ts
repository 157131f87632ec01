import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '../../../domain/errors.ts';
import { findTensorFlow, howToInstall } from '../machine/tensorflowPackage.ts';
import type { TensorFlow } from './api.ts';

/** What the loaded library says of itself. */
export interface LoadedFacts {
  /** Of the TensorFlow library; undefined where the backend does not say. */
  readonly libraryVersion?: string | undefined;
  /** Whether it computes on a GPU: the package for GPUs goes to the CPU without a word where it finds none. */
  readonly usesGpu: boolean;
}

/** What a native backend has besides the interface of TensorFlow.js. */
interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

const require = createRequire(import.meta.url);

/** tfjs-node 4.22 calls what Node 23 took out of `util`. */
export function restoreUtil(util = require('node:util') as Record<string, unknown>): void {
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

/** Read when the library starts: so many threads, memory of the card as it is needed, warnings but no chatter. */
function setEnvironment(threads: number): void {
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
}

async function load(threads: number): Promise<TensorFlow> {
  const found = findTensorFlow();
  if (found === undefined) throw new AppError('unsupported-device', `TensorFlow is not installed. ${howToInstall}`);
  if (found.problem !== undefined) throw new AppError('unsupported-device', found.problem);
  setEnvironment(threads);
  restoreUtil();
  try {
    const tf = createRequire(path.join(found.folder, 'package.json'))(found.folder) as TensorFlow;
    await tf.ready();
    return tf;
  } catch (thrown) {
    const reason = (thrown instanceof Error ? thrown.message : String(thrown)).trim().replace(/[.\s]*$/, '');
    throw new AppError('unsupported-device', `${found.name} ${found.version} does not load: ${reason}.`, {
      cause: thrown,
    });
  }
}

let loaded: Promise<TensorFlow> | undefined;

/**
 * The library, loaded once in a process. Worker processes only: a native library that fails can take its process along.
 * @param threads inside one operator; the first call decides
 * @throws AppError unsupported-device, with what is missing
 */
export function loadTensorFlow(threads: number): Promise<TensorFlow> {
  loaded ??= load(threads);
  return loaded;
}

export function loadedFacts(tf: TensorFlow): LoadedFacts {
  const backend = tf.backend() as unknown as NativeBackend;
  return { libraryVersion: backend.binding?.TF_Version, usesGpu: backend.isUsingGpuDevice === true };
}
