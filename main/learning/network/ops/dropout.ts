import type { Op } from './op.ts';
import { need } from './op.ts';

/**
 * Outside training nothing is dropped. A train step never runs this node: it multiplies by a mask that is an input of
 * the step, so that the mask of every step is a function of the run's seed (engines draw their own, once).
 */
export const dropout: Op = {
  opType: 'Dropout',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    return [
      { type, shape },
      { type: 'bool', shape },
    ];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    return [data, { type: 'bool', shape: data.shape, data: new Float64Array(data.data.length).fill(1) }];
  },
  gradient: ({ gradient }) => [gradient],
};
