import { type Node, textOf } from '../../../network/graph.ts';
import type { Kernel } from '../call.ts';
import { convolutions } from './convolution.ts';
import { elementwise } from './elementwise.ts';
import { matrices } from './matrices.ts';
import { normalisations } from './normalisation.ts';
import { poolings } from './pooling.ts';
import { shapes } from './shape.ts';

/** By ONNX name. What is not here is composed of what is. */
const kernels: ReadonlyMap<string, Kernel> = new Map(
  Object.entries({ ...elementwise, ...shapes, ...convolutions, ...poolings, ...matrices, ...normalisations }),
);

/** How TensorFlow runs a node; undefined where it has to be written with other operators. */
export function kernelOf(node: Node): Kernel | undefined {
  const isComposed = node.opType === 'Pad' && textOf(node, 'mode', 'constant') !== 'constant';
  return node.domain !== '' || isComposed ? undefined : kernels.get(node.opType);
}
