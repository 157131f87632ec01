import type { z } from 'zod';
import type { ModelInspection } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import { architectures } from '../network/architectures/registry.ts';
import { fullCost } from '../network/costEstimate.ts';
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
    ...costOf(path),
  };
}

const usualSize = 224;

/** Reads the file as the import does, so that what is told here is what a training will meet. */
function costOf(path: string): Partial<Pick<z.output<typeof ModelInspection>, 'description' | 'cost' | 'cost_gap'>> {
  try {
    const network = readNetwork(path);
    const [channels, rows = usualSize, columns = usualSize] = network.inputShape;
    const cost = fullCost(network, [channels, rows, columns], { batchSize: 16, slots: 2 });
    const known = architectures.find(({ id }) => id === network.architecture);
    return {
      ...(known ? { description: `${known.title}: ${known.description}` } : {}),
      cost: {
        input_shape: [channels, rows, columns],
        multiply_adds: cost.multiplyAdds,
        activation_bytes: cost.activationBytes,
        training_bytes: cost.trainingBytes,
      },
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { cost_gap: thrown.message };
  }
}
