import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { ModelInspection } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { missingRules } from '../network/differentiableFrom.ts';
import type { ValueInfo } from '../network/graph.ts';
import { unknownOps } from '../network/inferShapes.ts';
import { decode } from '../network/onnx/decode.ts';
import { sizeOf } from '../network/tensor.ts';
import { externalDataOf } from './externalData.ts';

/**
 * What is in an ONNX file. `differentiable`: every operator has a gradient rule; `missing`: operators unknown here.
 * Nothing is run. Errors: `file-not-found`, `model-damaged`.
 */
export async function inspectOnnx(path: string): Promise<z.output<typeof ModelInspection>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', 'The model file cannot be read.', { cause });
  });
  const graph = decode(bytes, externalDataOf(path));
  const counts: Record<string, number> = {};
  for (const { opType } of graph.nodes) counts[opType] = (counts[opType] ?? 0) + 1;
  const missing = [...unknownOps(graph)].sort();
  const value = ({ name, shape }: ValueInfo) => ({ name, shape: [...(shape ?? [])] });
  return {
    path,
    opset: graph.opset,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    parameters: [...graph.initializers.values()].reduce(
      (sum, { shape, type }) => sum + (type === 'int64' ? 0 : sizeOf(shape)),
      0,
    ),
    ops: counts,
    differentiable: missing.length === 0 && missingRules(graph).length === 0,
    missing,
  };
}
