import { float, floatOf, textOf } from '../graph.ts';
import type { Composition } from './composite.ts';
import { need, preciseScalar } from './op.ts';
import { unary } from './unary.ts';

/**
 * The error function: its series 2 / sqrt(pi) exp(-x^2) sum(2^n x^(2n+1) / (2n+1)!!), whose terms are all of one sign
 * (Abramowitz and Stegun 7.1.6), and beyond 3 the continued fraction of the rest (7.1.14).
 */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  const scale = Math.exp(-size * size) / Math.sqrt(Math.PI);
  if (size < 3) {
    let term = size;
    let sum = size;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * size * size) / (2 * n + 1);
      sum += term;
    }
    return Math.sign(x) * 2 * scale * sum;
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - scale / fraction);
}

export const erf = unary(
  'Erf',
  () => errorFunction,
  ({ emit, gradient, input }) => {
    const bell = emit.op('Exp', [emit.op('Neg', [emit.op('Mul', [input(0), input(0)])])]);
    return emit.op('Mul', [gradient, emit.op('Mul', [bell, preciseScalar(emit, 2 / Math.sqrt(Math.PI))])]);
  },
);

/** alpha (e^x - 1) below 0. */
export const elu = unary(
  'Elu',
  (node) => {
    const alpha = floatOf(node, 'alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  },
  ({ emit, gradient, input, output, node }) => {
    const slope = emit.op('Add', [output(0), emit.scalar(floatOf(node, 'alpha', 1))]);
    const negative = emit.op('Less', [input(0), emit.scalar(0)]);
    return emit.op('Where', [negative, emit.op('Mul', [gradient, slope]), gradient]);
  },
);

/** Constants of Klambauer et al., 2017, as ONNX gives them. */
const seluAlpha = 1.6732632423543772;
const seluGamma = 1.0507009873554805;

export const selu = unary(
  'Selu',
  (node) => {
    const [alpha, gamma] = [floatOf(node, 'alpha', seluAlpha), floatOf(node, 'gamma', seluGamma)];
    return (x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x);
  },
  ({ emit, gradient, input, output, node }) => {
    const [alpha, gamma] = [floatOf(node, 'alpha', seluAlpha), floatOf(node, 'gamma', seluGamma)];
    const slope = emit.op('Add', [output(0), emit.scalar(alpha * gamma)]);
    const negative = emit.op('Less', [input(0), emit.scalar(0)]);
    return emit.op('Mul', [gradient, emit.op('Where', [negative, slope, emit.scalar(gamma)])]);
  },
);

export const celu = unary(
  'Celu',
  (node) => {
    const alpha = floatOf(node, 'alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x / alpha) : x);
  },
  ({ emit, gradient, input, node }) => {
    const slope = emit.op('Exp', [emit.op('Div', [input(0), emit.scalar(floatOf(node, 'alpha', 1))])]);
    const negative = emit.op('Less', [input(0), emit.scalar(0)]);
    return emit.op('Where', [negative, emit.op('Mul', [gradient, slope]), gradient]);
  },
);

/** log(1 + e^x) */
export const softplus = unary(
  'Softplus',
  () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  ({ emit, gradient, input }) => emit.op('Mul', [gradient, emit.op('Sigmoid', [input(0)])]),
);

/** x / (1 + |x|) */
export const softsign = unary(
  'Softsign',
  () => (x) => x / (1 + Math.abs(x)),
  ({ emit, gradient, input }) => {
    const size = emit.op('Add', [emit.op('Abs', [input(0)]), emit.scalar(1)]);
    return emit.op('Div', [gradient, emit.op('Mul', [size, size])]);
  },
);

export const thresholdedRelu = unary(
  'ThresholdedRelu',
  (node) => {
    const alpha = floatOf(node, 'alpha', 1);
    return (x) => (x > alpha ? x : 0);
  },
  ({ emit, gradient, input, node }) => {
    const above = emit.op('Greater', [input(0), emit.scalar(floatOf(node, 'alpha', 1))]);
    return emit.op('Where', [above, gradient, emit.scalar(0)]);
  },
);

/** x Phi(x), exactly or by the tanh approximation (Hendrycks and Gimpel, 2016). Younger than opset 18. */
const gelu: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const half = emit.op('Mul', [x, emit.scalar(0.5)]);
  const isExact = textOf(node, 'approximate', 'none') === 'none';
  const exact = () => emit.op('Erf', [emit.op('Mul', [x, emit.scalar(Math.SQRT1_2)])]);
  const near = () => {
    const cube = emit.op('Mul', [emit.op('Mul', [x, x]), x]);
    const sum = emit.op('Add', [x, emit.op('Mul', [cube, emit.scalar(0.044715)])]);
    return emit.op('Tanh', [emit.op('Mul', [sum, emit.scalar(Math.sqrt(2 / Math.PI))])]);
  };
  return [emit.op('Mul', [half, emit.op('Add', [isExact ? exact() : near(), emit.scalar(1)])])];
};

/** x sigmoid(alpha x). Younger than opset 18. */
const swish: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  const alpha = floatOf(node, 'alpha', 1);
  const steep = alpha === 1 ? x : emit.op('Mul', [x, emit.scalar(alpha)]);
  return [emit.op('Mul', [x, emit.op('Sigmoid', [steep])])];
};

/** x tanh(softplus(x)) */
const mish: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  return [emit.op('Mul', [x, emit.op('Tanh', [emit.op('Softplus', [x])])])];
};

/** Below 0 a slope that is learned, broadcast to the data. */
const pRelu: Composition = (emit, node) => {
  const [x, slope] = [need(node.inputs, 0, node), need(node.inputs, 1, node)];
  const negative = emit.op('Less', [x, emit.scalar(0)]);
  return [emit.op('Where', [negative, emit.op('Mul', [x, slope]), x])];
};

/** x HardSigmoid(x; 1/6, 1/2) */
const hardSwish: Composition = (emit, node) => {
  const x = need(node.inputs, 0, node);
  return [emit.op('Mul', [x, emit.op('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) })])];
};

export const compositions: Readonly<Record<string, Composition>> = {
  Gelu: gelu,
  Swish: swish,
  Mish: mish,
  PRelu: pRelu,
  HardSwish: hardSwish,
};
