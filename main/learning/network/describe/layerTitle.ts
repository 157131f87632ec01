import { intOf, intsOf, type Node } from '../graph.ts';
import type { ValueType } from '../ops/op.ts';

type Types = ReadonlyMap<string, ValueType>;

const shapeOf = (types: Types, name: string | undefined): readonly number[] => types.get(name ?? '')?.shape ?? [];
const by = (extents: readonly number[]): string => extents.join(' × ');

function convolution(node: Node, types: Types): string {
  const weights = shapeOf(types, node.inputs[1]);
  const channels = shapeOf(types, node.outputs[0])[1] ?? 0;
  const group = intOf(node, 'group', 1);
  const stride = intsOf(node, 'strides')?.[0] ?? 1;
  const dilation = intsOf(node, 'dilations')?.[0] ?? 1;
  const kind = group === 1 ? '' : group === channels ? 'per-channel ' : `${group}-group `;
  const name = node.opType === 'ConvTranspose' ? 'up-convolution' : 'convolution';
  const details = [
    `${channels} channels`,
    stride > 1 ? `step ${stride}` : '',
    dilation > 1 ? `spread ${dilation}` : '',
  ];
  return `${by(weights.slice(2))} ${kind}${name}, ${details.filter(Boolean).join(', ')}`;
}

function pooling(node: Node): string {
  const stride = intsOf(node, 'strides')?.[0] ?? 1;
  const kind = node.opType === 'MaxPool' ? 'maximum' : 'average';
  return `${kind} of ${by(intsOf(node, 'kernel_shape') ?? [])}${stride > 1 ? `, step ${stride}` : ''}`;
}

const plain: Readonly<Record<string, string>> = {
  Relu: 'ReLU',
  LeakyRelu: 'leaky ReLU',
  PRelu: 'PReLU',
  Sigmoid: 'sigmoid',
  HardSigmoid: 'hard sigmoid',
  HardSwish: 'hard swish',
  Clip: 'ReLU6',
  Erf: 'GELU',
  Gelu: 'GELU',
  Tanh: 'tanh',
  Softmax: 'softmax',
  BatchNormalization: 'normalised',
  LayerNormalization: 'layer normalisation',
  GlobalAveragePool: 'average of the whole map',
  GlobalMaxPool: 'maximum of the whole map',
  ReduceMean: 'average',
  Flatten: 'as one row of numbers',
  Reshape: 'other shape',
  Transpose: 'axes exchanged',
  Dropout: 'dropout in training',
  Concat: 'joined channels',
  Add: 'sum',
  Mul: 'product',
};

function titleOf(node: Node, types: Types): string {
  const weights = shapeOf(types, node.inputs[1]);
  const outputs = shapeOf(types, node.outputs[0]).at(-1) ?? 0;
  switch (node.opType) {
    case 'Conv':
    case 'ConvTranspose':
      return convolution(node, types);
    case 'MaxPool':
    case 'AveragePool':
      return pooling(node);
    case 'Gemm':
      return `dense layer, ${outputs} values`;
    case 'MatMul':
      return weights.length === 2 ? `dense layer, ${outputs} values` : 'matrix product';
    default:
      return plain[node.opType] ?? node.opType;
  }
}

/** Follow-ups that a person does not count. */
const silent = new Set([
  'Identity',
  'Cast',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Add',
  'Sub',
  'Div',
  'Mul',
  'Pow',
  'Sqrt',
]);

/** What a folded layer does, in words: its first operator, then what finishes it. */
export function layerTitle(nodes: readonly Node[], types: Types): string {
  const [first, ...rest] = nodes;
  if (!first) return '';
  const isGated = rest.some(({ opType }) => opType === 'Mul');
  const finish = rest.flatMap((node) => {
    if (silent.has(node.opType)) return [];
    if (node.opType === 'Sigmoid' && isGated) return ['SiLU'];
    return [titleOf(node, types)];
  });
  return [titleOf(first, types), ...finish].join(', ');
}
