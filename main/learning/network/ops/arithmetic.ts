import type { NdArray } from '../array64.ts';
import { zip } from '../array64.ts';
import { int } from '../graph.ts';
import type { Composition } from './composite.ts';
import type { GradientScope, Op } from './op.ts';
import { broadcastOf, need, reduceTo } from './op.ts';

type Rule = (scope: GradientScope) => readonly [(() => string) | undefined, (() => string) | undefined];

/** Two inputs, element by element with broadcasting. */
function binary(opType: string, combine: (x: number, y: number) => number, rule: Rule): Op {
  return {
    opType,
    infer(inputs, node) {
      const a = need(inputs, 0, node);
      return [{ type: a.type, shape: broadcastOf(a.shape, need(inputs, 1, node).shape, node) }];
    },
    evaluate(inputs, node) {
      const a: NdArray = need(inputs, 0, node);
      const integer = a.type.includes('int');
      const kernel = integer ? (x: number, y: number) => Math.trunc(combine(x, y)) : combine;
      return [zip(a, need(inputs, 1, node), kernel)];
    },
    gradient(scope) {
      return rule(scope).map((partial, i) =>
        partial !== undefined && scope.wanted(i)
          ? reduceTo(scope.emit, partial(), scope.shape(scope.input(i)))
          : undefined,
      );
    },
  };
}

export const add = binary(
  'Add',
  (x, y) => x + y,
  ({ gradient }) => [() => gradient, () => gradient],
);

export const sub = binary(
  'Sub',
  (x, y) => x - y,
  ({ emit, gradient }) => [() => gradient, () => emit.op('Neg', [gradient])],
);

export const mul = binary(
  'Mul',
  (x, y) => x * y,
  ({ emit, gradient, input }) => [
    () => emit.op('Mul', [gradient, input(1)]),
    () => emit.op('Mul', [gradient, input(0)]),
  ],
);

export const div = binary(
  'Div',
  (x, y) => x / y,
  ({ emit, gradient, input, output }) => [
    () => emit.op('Div', [gradient, input(1)]),
    () => emit.op('Neg', [emit.op('Div', [emit.op('Mul', [gradient, output(0)]), input(1)])]),
  ],
);

/** d(x^y)/dx = y x^(y-1), d(x^y)/dy = x^y ln x (x > 0). */
export const pow = binary(
  'Pow',
  (x, y) => x ** y,
  ({ emit, gradient, input, output }) => [
    () => {
      const lower = emit.op('Pow', [input(0), emit.op('Sub', [input(1), emit.scalar(1)])]);
      return emit.op('Mul', [gradient, emit.op('Mul', [input(1), lower])]);
    },
    () => emit.op('Mul', [gradient, emit.op('Mul', [output(0), emit.op('Log', [input(0)])])]),
  ],
);

/** Any number of inputs. */
export const sum: Op = {
  opType: 'Sum',
  infer(inputs, node) {
    const first = need(inputs, 0, node);
    const shape = inputs.reduce<readonly number[]>((all, input) => broadcastOf(all, input?.shape ?? [], node), []);
    return [{ type: first.type, shape }];
  },
  evaluate(inputs, node) {
    const arrays = inputs.map((_, i) => need(inputs, i, node));
    return [arrays.reduce((a, b) => zip(a, b, (x, y) => x + y))];
  },
  gradient: ({ emit, gradient, input, node, shape }) =>
    node.inputs.map((_, i) => reduceTo(emit, gradient, shape(input(i)))),
};

/**
 * The largest or smallest of any number of inputs, element by element. Where several are equal they share the gradient,
 * as in PyTorch.
 */
function extreme(opType: 'Max' | 'Min', choose: (x: number, y: number) => number): Op {
  return {
    opType,
    infer: (inputs, node) => sum.infer(inputs, node),
    evaluate(inputs, node) {
      const arrays = inputs.map((_, i) => need(inputs, i, node));
      return [arrays.reduce((a, b) => zip(a, b, choose))];
    },
    gradient({ emit, gradient, input, node, output, shape, wanted }) {
      const float = { to: int(1) };
      const chosen = node.inputs.map((_, i) => emit.op('Cast', [emit.op('Equal', [input(i), output(0)])], float));
      const share = emit.op('Div', [gradient, emit.op('Sum', chosen)]);
      return chosen.map((mask, i) =>
        wanted(i) ? reduceTo(emit, emit.op('Mul', [share, mask]), shape(input(i))) : undefined,
      );
    },
  };
}

export const max = extreme('Max', Math.max);
export const min = extreme('Min', Math.min);

/** Any number of inputs: their sum by their number. */
export const compositions: Readonly<Record<string, Composition>> = {
  Mean: (emit, node) => [emit.op('Div', [emit.op('Sum', node.inputs), emit.scalar(node.inputs.length)])],
};
