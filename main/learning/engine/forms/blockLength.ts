import { AppError } from '../../../domain/errors.ts';
import { GraphBuilder } from '../../network/graphBuilder.ts';
import { blockedOp } from '../../network/ops/convolution/blocked.ts';
import { float32, float32Data } from '../../network/tensor.ts';
import { compileUntested } from '../engines.ts';

/** Longest block that any processor has, four times over. */
const channels = 64;

let known: Promise<number | undefined> | undefined;

/** A picture of two pixels a channel, in blocks: the second pixel of the first channel stands behind the first block. */
async function find(): Promise<number | undefined> {
  const builder = new GraphBuilder('block');
  builder.input('x', 'float32', [1, channels, 1, 2]);
  const graph = builder.build({ y: blockedOp(builder, 'ReorderInput', ['x']) });
  const program = await compileUntested(graph, { device: 'cpu', threads: 1 });
  try {
    const x = float32(
      [1, channels, 1, 2],
      Float32Array.from({ length: 2 * channels }, (_, i) => i),
    );
    const length = float32Data((await program.run({ x })).y).indexOf(1);
    return length > 1 && channels % length === 0 ? length : undefined;
  } finally {
    await program.dispose();
  }
}

/**
 * Channels in a block of onnxruntime's own layout on this processor; undefined where it has none. Found by trial, once in
 * a process: the engine does not tell.
 */
export function blockLength(): Promise<number | undefined> {
  known ??= find().catch((thrown: unknown) => {
    // An engine without blocks does not accept the graph.
    if (thrown instanceof AppError && thrown.code === 'model-damaged') return undefined;
    throw thrown;
  });
  return known;
}
