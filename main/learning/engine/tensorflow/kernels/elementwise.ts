import { AppError } from '../../../../domain/errors.ts';
import { broadcastShape } from '../../../network/array64.ts';
import type { Node } from '../../../network/graph.ts';
import { floatOf } from '../../../network/graph.ts';
import { targetOf } from '../../../network/ops/constants.ts';
import type { ElementType } from '../../../network/tensor.ts';
import { sizeOf } from '../../../network/tensor.ts';
import type { TensorFlow, TfTensor } from '../api.ts';
import { type Call, inOrder, inputOf, type Kernel, placesInLast } from '../call.ts';
import { dtypeOf, Value } from '../value.ts';

type Unary = (tf: TensorFlow, x: TfTensor, node: Node) => TfTensor;

const unary =
  (change: Unary): Kernel =>
  (call) => [inOrder(call, inputOf(call, 0), (x) => change(call.tf, x, call.node))];

/** scale (e^(x / width) - 1) below 0, else slope x */
function exponential(tf: TensorFlow, x: TfTensor, scale: number, width = 1, slope = 1): TfTensor {
  const below = tf.mul(tf.expm1(width === 1 ? x : tf.div(x, width)), scale);
  return tf.where(tf.less(x, 0), below, slope === 1 ? x : tf.mul(x, slope));
}

const unaries: Readonly<Record<string, Unary>> = {
  Neg: (tf, x) => tf.neg(x),
  Sqrt: (tf, x) => tf.sqrt(x),
  Exp: (tf, x) => tf.exp(x),
  Log: (tf, x) => tf.log(x),
  Reciprocal: (tf, x) => tf.div(1, x),
  Abs: (tf, x) => tf.abs(x),
  Sign: (tf, x) => tf.sign(x),
  Floor: (tf, x) => tf.floor(x),
  Ceil: (tf, x) => tf.ceil(x),
  Round: (tf, x) => tf.round(x),
  Sin: (tf, x) => tf.sin(x),
  Cos: (tf, x) => tf.cos(x),
  Not: (tf, x) => tf.logicalNot(x),
  Erf: (tf, x) => tf.erf(x),
  Relu: (tf, x) => tf.relu(x),
  Sigmoid: (tf, x) => tf.sigmoid(x),
  Tanh: (tf, x) => tf.tanh(x),
  Softplus: (tf, x) => tf.softplus(x),
  Softsign: (tf, x) => tf.div(x, tf.add(tf.abs(x), 1)),
  Identity: (_, x) => x.clone(),
  LeakyRelu: (tf, x, node) => tf.where(tf.less(x, 0), tf.mul(x, floatOf(node, 'alpha', 0.01)), x),
  ThresholdedRelu: (tf, x, node) => tf.where(tf.greater(x, floatOf(node, 'alpha', 1)), x, tf.zerosLike(x)),
  HardSigmoid: (tf, x, node) => {
    const ramp = tf.add(tf.mul(x, floatOf(node, 'alpha', 0.2)), floatOf(node, 'beta', 0.5));
    return tf.clipByValue(ramp, 0, 1);
  },
  Elu: (tf, x, node) => exponential(tf, x, floatOf(node, 'alpha', 1)),
  Selu: (tf, x, node) => {
    const gamma = floatOf(node, 'gamma', 1.0507009873554805);
    return exponential(tf, x, gamma * floatOf(node, 'alpha', 1.6732632423543772), 1, gamma);
  },
  Celu: (tf, x, node) => {
    const alpha = floatOf(node, 'alpha', 1);
    return exponential(tf, x, alpha, alpha);
  },
};

/** Whether operands are worked on channels last: where the result is an image and an operand of its size lies so. */
function isBestLast(values: readonly Value[], shape: readonly number[]): boolean {
  return shape.length === 4 && values.some((value) => value.isLast && sizeOf(value.shape) === sizeOf(shape));
}

/** An operand channels last, small ones with the axes they lack in front. */
function asLast({ tf }: Call, value: Value): TfTensor {
  if (value.shape.length === 4) return value.as('last');
  if (value.shape.length === 0) return value.plain();
  const wide = [...Array<number>(4 - value.shape.length).fill(1), ...value.shape];
  return tf.transpose(tf.reshape(value.plain(), wide), [...placesInLast]);
}

function broadcast(
  call: Call,
  values: readonly Value[],
  type: ElementType,
  combine: (all: TfTensor[]) => TfTensor,
): Value {
  const shape = values.reduce<readonly number[]>((all, value) => broadcastShape(all, value.shape) ?? all, []);
  if (!isBestLast(values, shape)) return Value.of(call.tf, combine(values.map((value) => value.plain())), type);
  const result = combine(values.map((value) => asLast(call, value)));
  return Value.ofLast(call.tf, result, type);
}

type Binary = (tf: TensorFlow, a: TfTensor, b: TfTensor) => TfTensor;

/** Any number of inputs, one after the other. */
const folded =
  (combine: Binary, gives?: ElementType): Kernel =>
  (call) => {
    const values = call.inputs.map((_, i) => inputOf(call, i));
    const [first] = values;
    if (first === undefined) throw new AppError('model-damaged', `${call.node.opType} ${call.node.name} has no input.`);
    if (values.length === 1) return [inOrder(call, first, (x) => x.clone())];
    const fold = (all: TfTensor[]) => all.reduce((a, b) => combine(call.tf, a, b));
    return [broadcast(call, values, gives ?? first.type, fold)];
  };

const where: Kernel = (call) => {
  const values = [0, 1, 2].map((i) => inputOf(call, i));
  const choose = ([condition, a, b]: TfTensor[]): TfTensor => {
    if (!condition || !a || !b) throw new Error('three inputs expected');
    return call.tf.where(condition, a, b);
  };
  return [broadcast(call, values, inputOf(call, 1).type, choose)];
};

/** Limits are inputs; either may be left out. */
const clip: Kernel = (call) => {
  const [low, high] = [1, 2].map((i) => call.inputs[i]?.plain());
  return [
    inOrder(call, inputOf(call, 0), (x) => {
      const above = low === undefined ? x : call.tf.maximum(x, low);
      return high === undefined ? above.clone() : call.tf.minimum(above, high);
    }),
  ];
};

const cast: Kernel = (call) => {
  const { tf, node } = call;
  const to = targetOf(node);
  const dtype = dtypeOf(to);
  const change = (x: TfTensor) => (dtype === 'bool' ? tf.notEqual(tf.cast(x, 'float32'), 0) : tf.cast(x, dtype));
  const x = inputOf(call, 0);
  if (x.isLast) return [Value.ofLast(tf, change(x.as('last')), to)];
  return [Value.of(tf, change(x.plain()), to)];
};

/** Outside training nothing is dropped. */
const dropout: Kernel = (call) => {
  const x = inputOf(call, 0);
  const same = inOrder(call, x, (tensor) => tensor.clone());
  if (call.node.outputs[1] === undefined) return [same];
  return [same, Value.of(call.tf, call.tf.ones([...x.shape], 'bool'), 'bool')];
};

export const elementwise: Readonly<Record<string, Kernel>> = {
  ...Object.fromEntries(Object.entries(unaries).map(([name, change]) => [name, unary(change)])),
  Add: folded((tf, a, b) => tf.add(a, b)),
  Sub: folded((tf, a, b) => tf.sub(a, b)),
  Mul: folded((tf, a, b) => tf.mul(a, b)),
  Div: folded((tf, a, b) => tf.div(a, b)),
  Pow: folded((tf, a, b) => tf.pow(a, b)),
  Sum: folded((tf, a, b) => tf.add(a, b)),
  Max: folded((tf, a, b) => tf.maximum(a, b)),
  Min: folded((tf, a, b) => tf.minimum(a, b)),
  Equal: folded((tf, a, b) => tf.equal(a, b), 'bool'),
  Greater: folded((tf, a, b) => tf.greater(a, b), 'bool'),
  Less: folded((tf, a, b) => tf.less(a, b), 'bool'),
  GreaterOrEqual: folded((tf, a, b) => tf.greaterEqual(a, b), 'bool'),
  LessOrEqual: folded((tf, a, b) => tf.lessEqual(a, b), 'bool'),
  And: folded((tf, a, b) => tf.logicalAnd(a, b), 'bool'),
  Or: folded((tf, a, b) => tf.logicalOr(a, b), 'bool'),
  Where: where,
  Clip: clip,
  Cast: cast,
  Dropout: dropout,
};
