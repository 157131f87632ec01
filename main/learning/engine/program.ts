import type { Graph } from '../network/graph.ts';
import type { Tensors } from '../network/tensor.ts';

export interface CompileOptions {
  /** `cpu`, `webgpu`...: an id of `listDevices`. */
  readonly device: string;
  /** Threads inside one operator. The same number gives the same bits; another may not. */
  readonly threads: number;
  /**
   * All outputs have fixed shapes, and each run is given memory for the large ones: they are written there and nowhere
   * else.
   */
  readonly isWrittenInto?: boolean;
  /** Write the engine's own per-operator timing to files that start so. */
  readonly profilePrefix?: string;
}

/** A graph made ready for a device. Holds native memory until it is disposed of. */
export interface Program {
  /**
   * Runs the graph once.
   * @param into tensors that outputs of these names are written to; the others get arrays of their own
   * @returns every output of the graph by name
   * @throws AppError out-of-memory, shape-mismatch
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  /** Whether memory that is given to `run` spares it any of its own. */
  readonly isWrittenInto?: boolean;
  dispose(): Promise<void>;
}

/** A backend. Its native library is loaded by the first `compile`. */
export interface Engine {
  readonly id: string;
  readonly devices: readonly string[];
  compile(graph: Graph, options: CompileOptions): Promise<Program>;
}
