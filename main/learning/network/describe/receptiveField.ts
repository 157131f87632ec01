import type { Node } from '../graph.ts';
import { intsOf } from '../graph.ts';
import type { ValueType } from '../ops/op.ts';

/** How much of the image one place of a feature map depends on, along the rows. */
export interface Field {
  /** Pixels; infinite where every place depends on the whole image. */
  readonly pixels: number;
  /** Pixels of the image between two neighbouring places. */
  readonly step: number;
}

const windowed = new Set(['Conv', 'MaxPool', 'AveragePool', 'LpPool']);
const whole: Field = { pixels: Number.POSITIVE_INFINITY, step: Number.POSITIVE_INFINITY };
/** Operators whose result at a place comes from the same place. Others look at everything. */
const pointwise =
  /^(Relu|LeakyRelu|PRelu|Elu|Selu|Celu|Sigmoid|HardSigmoid|HardSwish|Softplus|Softsign|Tanh|Erf|Gelu|Mish|Clip|BatchNormalization|LayerNormalization|Dropout|Identity|Cast|Add|Sub|Mul|Div|Pow|Sqrt|Neg|Abs|Exp|Log|Min|Max|Concat|Transpose|Pad|Split|LRN|Slice|QuantizeLinear|DequantizeLinear|Unsqueeze|Squeeze)$/;

/** Luo et al., Understanding the effective receptive field, 2016, section 2: the theoretical field. */
function ofWindow(node: Node, input: Field, types: ReadonlyMap<string, ValueType>): Field {
  const weights = types.get(node.inputs[1] ?? '')?.shape;
  const kernel = intsOf(node, 'kernel_shape')?.[0] ?? weights?.[2] ?? 1;
  const dilation = intsOf(node, 'dilations')?.[0] ?? 1;
  const stride = intsOf(node, 'strides')?.[0] ?? 1;
  return { pixels: input.pixels + (kernel - 1) * dilation * input.step, step: input.step * stride };
}

/** The field of a node's result, from those of what it reads; undefined inputs are constants. */
export function fieldOf(
  node: Node,
  inputs: readonly Field[],
  types: ReadonlyMap<string, ValueType>,
): Field | undefined {
  const [first] = inputs;
  if (first === undefined) return undefined;
  if (windowed.has(node.opType)) return ofWindow(node, first, types);
  if (node.opType === 'MatMul')
    return types.get(node.inputs[1] ?? '')?.shape.length === 2 && inputs.length === 1 ? first : whole;
  if (!pointwise.test(node.opType)) return whole;
  const maps = inputs.filter((field) => Number.isFinite(field.pixels));
  if (maps.length === 0) return whole;
  return {
    // A gate from the whole image (squeeze and excitation) weighs channels: the place still shows its own field.
    pixels: Math.max(...maps.map(({ pixels }) => pixels)),
    step: Math.max(...maps.map(({ step }) => step)),
  };
}
