import type { Graph } from '../network/graph.ts';
import { compileUntested } from './engines.ts';
import type { CompileOptions, Program } from './program.ts';
import { passedSelfTest } from './self-test/selfTest.ts';

export { engineIds } from './engines.ts';

/**
 * Makes a graph ready to run. Call it in worker processes only. A device other than the CPU has to pass its self-test
 * first, once in each process; what fails is refused, nothing goes to another device instead.
 * @throws AppError unsupported-device, out-of-memory, model-damaged
 */
export async function compile(graph: Graph, options: CompileOptions & { readonly engine?: string }): Promise<Program> {
  if (options.device !== 'cpu') await passedSelfTest(options);
  return compileUntested(graph, options);
}
