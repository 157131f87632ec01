import { AppError } from '../../domain/errors.ts';
import type { Graph } from '../network/graph.ts';
import { engineOf } from './devices.ts';
import type { CompileOptions, Engine, Program } from './program.ts';

/** Engines by id; each is imported when it is first used, because importing one loads a native library. */
const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  onnxruntime: async () => (await import('./onnxruntime/engine.ts')).onnxruntime,
  tensorflow: async () => (await import('./tensorflow/engine.ts')).tensorflow,
};

export const engineIds: readonly string[] = Object.keys(engines);

/**
 * Makes a graph ready to run on a device, whether or not the device has shown that it computes rightly.
 * @throws AppError unsupported-device, out-of-memory, model-damaged
 */
export async function compileUntested(
  graph: Graph,
  options: CompileOptions & { readonly engine?: string },
): Promise<Program> {
  const id = options.engine ?? engineOf(options.device);
  const load = engines[id];
  if (load === undefined) throw new AppError('unsupported-device', `There is no engine called ${id}.`);
  const engine = await load();
  if (!engine.devices.includes(options.device)) {
    throw new AppError('unsupported-device', `The engine ${id} has no device ${options.device} on this system.`);
  }
  return engine.compile(graph, options);
}
