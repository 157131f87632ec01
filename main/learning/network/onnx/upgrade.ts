import { AppError } from '../../../domain/errors.ts';
import type { Attribute, Graph, Node } from '../graph.ts';
import { floatOf, intOf, intsOf, opset } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { float32, int64s } from '../tensor.ts';

/** Adds a constant to the graph and names it. */
type Constant = (node: Node, what: string, tensor: Tensor) => string;
type Rewrite = (node: Node, constant: Constant) => Node;

function without(node: Node, names: readonly string[]): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)));
}

/** An integer list that used to be an attribute and is now input `position`. */
function listInput(name: string, position = 1): Rewrite {
  return (node, constant) => {
    const values = intsOf(node, name);
    if (values === undefined) return node;
    const inputs = [...node.inputs];
    while (inputs.length < position) inputs.push(undefined);
    inputs[position] = constant(node, name, int64s(values));
    return { ...node, inputs, attributes: without(node, [name]) };
  };
}

const clip: Rewrite = (node, constant) => {
  const limit = (name: string) =>
    node.attributes[name] === undefined ? undefined : constant(node, name, float32([], [floatOf(node, name, 0)]));
  return { ...node, inputs: [node.inputs[0], limit('min'), limit('max')], attributes: without(node, ['min', 'max']) };
};

const dropout: Rewrite = (node, constant) => ({
  ...node,
  inputs: [node.inputs[0], constant(node, 'ratio', float32([], [floatOf(node, 'ratio', 0.5)]))],
  attributes: without(node, ['ratio', 'is_test']),
});

const pad: Rewrite = (node, constant) => {
  const value = floatOf(node, 'value', 0);
  const listed = listInput('pads')(node, constant);
  const inputs = value === 0 ? listed.inputs : [...listed.inputs, constant(node, 'value', float32([], [value]))];
  return { ...listed, inputs, attributes: without(listed, ['value']) };
};

const slice: Rewrite = (node, constant) =>
  ['starts', 'ends', 'axes'].reduce((each, name, i) => listInput(name, i + 1)(each, constant), node);

/**
 * Before opset 13 softmax ran over all axes from `axis` (1 by default) on, flattened. For [batch, classes] and
 * [batch, classes, 1, 1] that is softmax over axis 1, which is what classifiers mean.
 */
const softmax: Rewrite = (node) => {
  const axis = intOf(node, 'axis', 1);
  if (axis !== 1 && axis !== -1)
    throw new AppError('unsupported-operator', `${node.opType} over axis ${axis} before opset 13.`);
  return { ...node, attributes: { ...node.attributes, axis: { kind: 'int', value: axis } } };
};

const batchNormalization: Rewrite = (node) => ({
  ...node,
  outputs: node.outputs.slice(0, 1),
  attributes: without(node, ['spatial', 'is_test', 'consumed_inputs']),
});

/** What changed on the way to opset 18: from which version on the new form holds. */
const rewrites: readonly (readonly [opTypes: readonly string[], since: number, rewrite: Rewrite])[] = [
  [['ReduceSum', 'Squeeze', 'Unsqueeze'], 13, listInput('axes')],
  [['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL2', 'ReduceSumSquare'], 18, listInput('axes')],
  [['Split'], 13, listInput('split')],
  [['Clip'], 11, clip],
  [['Pad'], 11, pad],
  [['Slice'], 10, slice],
  [['Dropout'], 12, dropout],
  [['Softmax', 'LogSoftmax'], 13, softmax],
  [['BatchNormalization'], 14, batchNormalization],
];

/**
 * The same graph in the operator set that this program writes. Handles opset 7 and up for the operators of classifiers.
 * @throws AppError unsupported-operator
 */
export function upgrade(graph: Graph): Graph {
  if (graph.opset < 7)
    throw new AppError('unsupported-operator', `The model uses ONNX opset ${graph.opset}; 7 is the oldest read.`);
  if (graph.opset >= opset) return graph;
  const initializers = new Map(graph.initializers);
  const constant: Constant = (node, what, tensor) => {
    const name = `${node.outputs[0]}/${what}`;
    initializers.set(name, tensor);
    return name;
  };
  const nodes = graph.nodes.map((node) =>
    rewrites.reduce(
      (each, [opTypes, since, rewrite]) =>
        opTypes.includes(each.opType) && graph.opset < since ? rewrite(each, constant) : each,
      node,
    ),
  );
  // Split without sizes needs to be told the number of parts from opset 18 on.
  const counted = nodes.map((node) =>
    node.opType === 'Split' && node.inputs[1] === undefined
      ? {
          ...node,
          attributes: { ...node.attributes, num_outputs: { kind: 'int' as const, value: node.outputs.length } },
        }
      : node,
  );
  return { ...graph, opset, nodes: counted, initializers };
}
