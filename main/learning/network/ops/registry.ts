import * as arithmetic from './arithmetic.ts';
import { batchNormalization } from './batchNormalization.ts';
import * as comparison from './comparison.ts';
import * as concat from './concat.ts';
import * as constants from './constants.ts';
import * as conv from './conv.ts';
import { dropout } from './dropout.ts';
import * as gemm from './gemm.ts';
import type { Op } from './op.ts';
import * as pooling from './pooling.ts';
import * as reduce from './reduce.ts';
import * as reshape from './reshape.ts';
import * as slice from './slice.ts';
import * as softmax from './softmax.ts';
import { spaceToDepth, transpose } from './transpose.ts';
import * as unary from './unary.ts';

const all: readonly Op[] = [
  ...Object.values(arithmetic),
  batchNormalization,
  ...Object.values(comparison),
  concat.concat,
  concat.split,
  concat.expand,
  ...Object.values(constants),
  conv.conv,
  conv.convTranspose,
  dropout,
  ...Object.values(gemm),
  pooling.maxPool,
  pooling.averagePool,
  pooling.globalAveragePool,
  ...Object.values(reduce),
  ...Object.values(reshape),
  slice.slice,
  slice.pad,
  slice.gather,
  slice.scatterElements,
  ...Object.values(softmax),
  spaceToDepth,
  transpose,
  ...Object.values(unary),
];

/** Every operator that is known, by its ONNX name (standard domain). */
export const ops: ReadonlyMap<string, Op> = new Map(all.map((op) => [op.opType, op]));
