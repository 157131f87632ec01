import type { z } from 'zod';
import type { ModelInspection } from '../../contract/models.ts';
import { missingRules } from '../network/differentiableFrom.ts';
import type { ValueInfo } from '../network/graph.ts';
import { unknownOps } from '../network/inferShapes.ts';
import { decode } from '../network/onnx/decode.ts';
import { sizeOf } from '../network/tensor.ts';
import { externalDataOf } from './externalData.ts';
import { isLayersModel, readModelFile, readNetwork } from './readNetwork.ts';

/**
 * What is in an ONNX file, or in a layers model (as the graph it becomes). `differentiable`: every operator has a gradient rule; `missing`: operators unknown here.
 * Nothing is run. Errors: `file-not-found`, `model-damaged`.
 */
export function inspectOnnx(path: string): z.output<typeof ModelInspection> {
  const graph = isLayersModel(path) ? readNetwork(path).graph : decode(readModelFile(path), externalDataOf(path));
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
