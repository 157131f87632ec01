import * as activation from './activation.ts';
import * as arithmetic from './arithmetic.ts';
import { batchNormalization } from './batchNormalization.ts';
import * as comparison from './comparison.ts';
import type { Composition } from './composite.ts';
import { composite } from './composite.ts';
import * as concat from './concat.ts';
import * as constants from './constants.ts';
import * as conv from './convolution/conv.ts';
import { dropout } from './dropout.ts';
import * as gemm from './gemm.ts';
import * as normalization from './normalization.ts';
import type { Op } from './op.ts';
import * as pooling from './pooling.ts';
import * as quantization from './quantization.ts';
import * as reduce from './reduce.ts';
import * as resample from './resample.ts';
import * as reshape from './reshape.ts';
import * as slice from './slice.ts';
import * as softmax from './softmax.ts';
import * as transpose from './transpose.ts';
import * as unary from './unary.ts';

/** Operators that are defined by others. */
const compositions: Readonly<Record<string, Composition>> = {
  ...activation.compositions,
  ...arithmetic.compositions,
  ...normalization.compositions,
  ...pooling.compositions,
  ...reduce.compositions,
  ...resample.compositions,
  ...transpose.compositions,
};

const isOp = (value: unknown): value is Op => typeof value === 'object' && value !== null && 'opType' in value;

const modules: readonly Readonly<Record<string, unknown>>[] = [
  activation,
  arithmetic,
  comparison,
  concat,
  constants,
  conv,
  gemm,
  pooling,
  quantization,
  reduce,
  reshape,
  slice,
  softmax,
  transpose,
  unary,
];

const all: readonly Op[] = [
  ...modules.flatMap((module) => Object.values(module).filter(isOp)),
  batchNormalization,
  dropout,
  ...Object.entries(compositions).map(([opType, compose]) => composite(opType, compose, (name) => ops.get(name))),
];

/** Every operator that is known, by its ONNX name (standard domain). */
export const ops: ReadonlyMap<string, Op> = new Map(all.map((op) => [op.opType, op]));

/** Whether gradients pass through an operator. */
export function isDifferentiable(op: Op): boolean {
  return op.gradient !== undefined || op.compose !== undefined;
}
