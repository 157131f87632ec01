import type { Graph } from '../network/graph.ts';
import type { Tensors } from '../network/tensor.ts';

export interface CompileOptions {
  /** `cpu`, `webgpu`...: an id of `listDevices`. */
  readonly device: string;
  /** Threads inside one operator. The same number gives the same bits; another may not. */
  readonly threads: number;
  /** Write the engine's own per-operator timing to files that start so. */
  readonly profilePrefix?: string;
}

/** A graph made ready for a device. Holds native memory until it is disposed of. */
export interface Program {
  /**
   * Runs the graph once.
   * @returns every output of the graph by name
   * @throws AppError out-of-memory, shape-mismatch
   */
  run(feeds: Tensors): Promise<Tensors>;
  dispose(): Promise<void>;
}

/** A backend. Its native library is loaded by the first `compile`. */
export interface Engine {
  readonly id: string;
  readonly devices: readonly string[];
  compile(graph: Graph, options: CompileOptions): Promise<Program>;
}
