import { z } from 'zod';

/** Pulls of the weights (not of biases and normalisations) towards 0: in proportion to them, and by a constant amount. */
const pulls = { weightDecay: z.number().min(0).default(1e-4), l1: z.number().min(0).default(0) };
/** `l2`: the pull is part of the gradient; `decoupled`: of the step (Loshchilov and Hutter, 2019). */
const Decay = z.enum(['l2', 'decoupled']);
const momentum = z.number().min(0).lt(1);

export const Optimizer = z.discriminatedUnion('kind', [
  /** With decoupled decay it is AdamW, the usual choice. */
  z.object({
    kind: z.literal('adam'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-8),
    ...pulls,
    decay: Decay.default('decoupled'),
  }),
  z.object({
    kind: z.literal('sgd'),
    momentum: momentum.default(0.9),
    nesterov: z.boolean().default(false),
    ...pulls,
    decay: Decay.default('l2'),
  }),
  z.object({
    kind: z.literal('rmsprop'),
    /** Share of the old mean square that is kept. */
    smoothing: z.number().min(0).lt(1).default(0.99),
    momentum: momentum.default(0),
    epsilon: z.number().positive().default(1e-8),
    ...pulls,
    decay: Decay.default('l2'),
  }),
]);
export type Optimizer = z.output<typeof Optimizer>;

/** What people choose from; `adamw` is Adam with decoupled decay. */
export const optimizerNames = ['adamw', 'adam', 'sgd', 'rmsprop'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

export const optimizerTitles: Readonly<Record<OptimizerName, string>> = {
  adamw: 'AdamW',
  adam: 'Adam',
  sgd: 'SGD',
  rmsprop: 'RMSprop',
};

export function optimizerName(optimizer: Pick<Optimizer, 'kind' | 'decay'>): OptimizerName {
  return optimizer.kind === 'adam' && optimizer.decay === 'decoupled' ? 'adamw' : optimizer.kind;
}

/** The optimizer of that name with its usual values; the pulls are kept. */
export function optimizerOfName(
  name: OptimizerName,
  { weightDecay, l1 }: Pick<Optimizer, 'weightDecay' | 'l1'>,
): Optimizer {
  const kind = name === 'adamw' ? 'adam' : name;
  return Optimizer.parse({ kind, weightDecay, l1, ...(name === 'adam' && { decay: 'l2' }) });
}

/** `SGD, Nesterov momentum 0.9`, for facts and lineage. */
export function optimizerWords(optimizer: Optimizer): string {
  const name = optimizerTitles[optimizerName(optimizer)];
  if (optimizer.kind === 'adam' || optimizer.momentum === 0) return name;
  const isNesterov = optimizer.kind === 'sgd' && optimizer.nesterov;
  return `${name}, ${isNesterov ? 'Nesterov momentum' : 'momentum'} ${optimizer.momentum}`;
}
