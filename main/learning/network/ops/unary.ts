import { map } from '../array64.ts';
import type { Node } from '../graph.ts';
import { float, floatOf } from '../graph.ts';
import type { GradientScope, Op } from './op.ts';
import { need } from './op.ts';

/** One input, element by element. Without a rule: not differentiable. */
export function unary(
  opType: string,
  kernel: (node: Node) => (x: number) => number,
  rule?: (scope: GradientScope) => string,
): Op {
  return {
    opType,
    infer: (inputs, node) => {
      const { type, shape } = need(inputs, 0, node);
      return [{ type, shape }];
    },
    evaluate: (inputs, node) => [map(need(inputs, 0, node), kernel(node))],
    ...(rule && { gradient: (scope: GradientScope) => [rule(scope)] }),
  };
}

export const neg = unary(
  'Neg',
  () => (x) => -x,
  ({ emit, gradient }) => emit.op('Neg', [gradient]),
);

export const sqrt = unary(
  'Sqrt',
  () => Math.sqrt,
  ({ emit, gradient, output }) => emit.op('Div', [gradient, emit.op('Mul', [output(0), emit.scalar(2)])]),
);

export const exp = unary(
  'Exp',
  () => Math.exp,
  ({ emit, gradient, output }) => emit.op('Mul', [gradient, output(0)]),
);

export const log = unary(
  'Log',
  () => Math.log,
  ({ emit, gradient, input }) => emit.op('Div', [gradient, input(0)]),
);

export const reciprocal = unary(
  'Reciprocal',
  () => (x) => 1 / x,
  ({ emit, gradient, output }) => emit.op('Neg', [emit.op('Mul', [gradient, emit.op('Mul', [output(0), output(0)])])]),
);

export const abs = unary(
  'Abs',
  () => Math.abs,
  ({ emit, gradient, input }) => emit.op('Mul', [gradient, emit.op('Sign', [input(0)])]),
);

export const sign = unary('Sign', () => Math.sign);
export const floor = unary('Floor', () => Math.floor);
export const ceil = unary('Ceil', () => Math.ceil);
export const round = unary('Round', () => (x) => {
  // Halves go to the even neighbour.
  const near = Math.round(x);
  return Math.abs(x % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
});

export const sin = unary(
  'Sin',
  () => Math.sin,
  ({ emit, gradient, input }) => emit.op('Mul', [gradient, emit.op('Cos', [input(0)])]),
);

export const cos = unary(
  'Cos',
  () => Math.cos,
  ({ emit, gradient, input }) => emit.op('Neg', [emit.op('Mul', [gradient, emit.op('Sin', [input(0)])])]),
);

export const not = unary('Not', () => (x) => (x === 0 ? 1 : 0));

/**
 * 1 where a value that is never negative is positive, else 0: a ramp too steep to be met half-way (unless below 1e-30).
 * Engines run it five times faster than Sign.
 */
function isPositive(emit: GradientScope['emit'], value: string): string {
  return emit.op('HardSigmoid', [value], { alpha: float(1e30), beta: float(0) });
}

/** The gradient at 0 is 0, as everywhere else. */
export const relu = unary(
  'Relu',
  () => (x) => Math.max(x, 0),
  ({ emit, gradient, output }) => emit.op('Mul', [gradient, isPositive(emit, output(0))]),
);

export const leakyRelu = unary(
  'LeakyRelu',
  (node) => {
    const alpha = floatOf(node, 'alpha', 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  },
  ({ emit, gradient, input, node }) => {
    const alpha = emit.scalar(floatOf(node, 'alpha', 0.01));
    const negative = emit.op('Less', [input(0), emit.scalar(0)]);
    return emit.op('Where', [negative, emit.op('Mul', [gradient, alpha]), gradient]);
  },
);

export const sigmoid = unary(
  'Sigmoid',
  () => (x) => 1 / (1 + Math.exp(-x)),
  ({ emit, gradient, output }) => {
    const slope = emit.op('Mul', [output(0), emit.op('Sub', [emit.scalar(1), output(0)])]);
    return emit.op('Mul', [gradient, slope]);
  },
);

export const tanh = unary(
  'Tanh',
  () => Math.tanh,
  ({ emit, gradient, output }) => {
    const slope = emit.op('Sub', [emit.scalar(1), emit.op('Mul', [output(0), output(0)])]);
    return emit.op('Mul', [gradient, slope]);
  },
);

/** max(0, min(1, alpha x + beta)) */
export const hardSigmoid = unary(
  'HardSigmoid',
  (node) => {
    const alpha = Math.fround(floatOf(node, 'alpha', 0.2));
    const beta = Math.fround(floatOf(node, 'beta', 0.5));
    return (x) => Math.max(0, Math.min(1, alpha * x + beta));
  },
  ({ emit, gradient, output, node }) => {
    // y (1 - y) is positive exactly inside the ramp.
    const inside = emit.op('Sign', [emit.op('Mul', [output(0), emit.op('Sub', [emit.scalar(1), output(0)])])]);
    return emit.op('Mul', [gradient, emit.op('Mul', [inside, emit.scalar(floatOf(node, 'alpha', 0.2))])]);
  },
);

/** Limits as inputs (opset 11 on). Passes the gradient where the value is left as it is, limits included. */
export const clip: Op = {
  opType: 'Clip',
  infer: (inputs, node) => {
    const { type, shape } = need(inputs, 0, node);
    return [{ type, shape }];
  },
  evaluate: (inputs, node) => {
    const low = inputs[1]?.data[0] ?? Number.NEGATIVE_INFINITY;
    const high = inputs[2]?.data[0] ?? Number.POSITIVE_INFINITY;
    return [map(need(inputs, 0, node), (x) => Math.min(high, Math.max(low, x)))];
  },
  gradient: ({ emit, gradient, input, output }) => {
    const kept = emit.op('Cast', [emit.op('Equal', [input(0), output(0)])], { to: { kind: 'int', value: 1 } });
    return [emit.op('Mul', [gradient, kept])];
  },
};

/** No change; the gradient passes. */
export const identity: Op = unary(
  'Identity',
  () => (x) => x,
  ({ gradient }) => gradient,
);
