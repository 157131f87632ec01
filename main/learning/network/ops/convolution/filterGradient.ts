import { int } from '../../graph.ts';
import type { Emitter, Form, FormQuestion } from '../op.ts';
import {
  channelwiseByBlocks,
  channelwiseByImage,
  channelwiseByRows,
  channelwiseByTaps,
  isNarrow,
  isWideAndStrided,
} from './channelwiseFilterForms.ts';
import {
  byGathering,
  byPhases,
  byPlanes,
  byShifting,
  byTaps,
  isLarge,
  isPhased,
  isPointwise,
  isShiftable,
  isUnitStride,
  perImage,
} from './denseFilterForms.ts';
import type { Filter } from './filter.ts';
import { inBlocks } from './inputGradient.ts';
import { inWords } from './inWords.ts';

type Rule = (emit: Emitter, filter: Filter) => string;

interface Rules {
  readonly usual: string;
  readonly rules: Readonly<Record<string, Rule>>;
}

function pointwiseRules({ shape, windows }: Filter): Rules {
  const rules = { 'product per image': perImage, 'product of planes': byPlanes, 'product of pixels': byTaps };
  return { usual: isLarge(shape, windows) ? 'product per image' : 'product of planes', rules };
}

function denseRules({ windows }: Filter): Rules {
  const phased = isPhased(windows);
  const usual = phased ? 'phases' : isShiftable(windows) ? 'shifted rows and columns' : 'taps joined';
  const rules = {
    'taps joined': byTaps,
    'taps gathered': byGathering,
    ...(phased && { phases: byPhases }),
    ...(isUnitStride(windows) && { 'shifted rows and columns': byShifting }),
  };
  return { usual, rules };
}

function channelwiseRules(emit: Emitter, { input, windows, shape, group }: Filter): Rules {
  const isSingle = shape[0] === group;
  if (!isSingle) return { usual: 'pass per tap', rules: { 'pass per tap': channelwiseByTaps } };
  const { block } = emit;
  const usual = isWideAndStrided(windows)
    ? 'convolution of planes'
    : isNarrow(windows)
      ? 'products of rows'
      : 'pass per tap';
  const isBlocked = block !== undefined && (emit.typeOf(input).shape[1] ?? 1) % block === 0;
  const rules = {
    'pass per tap': channelwiseByTaps,
    'products of rows': channelwiseByRows,
    'convolution of planes': channelwiseByImage,
    ...(isBlocked && { [inBlocks(block)]: channelwiseByBlocks }),
  };
  return { usual, rules };
}

function answer(emit: Emitter, filter: Filter, { usual, rules }: Rules): string {
  const { input, gradient, windows, group, shape } = filter;
  const forms = Object.entries(rules).map(([name, rule]): [string, Form] => [
    name,
    (e, names) => rule(e, { ...filter, input: names[0] ?? '', gradient: names[1] ?? '' }),
  ]);
  const inputs = [emit.typeOf(input).shape, emit.typeOf(gradient).shape];
  const key = `filter gradient of ${inWords(inputs[0]?.[0] ?? 1, shape, windows, group)}`;
  const question: FormQuestion = { key, usual, forms: Object.fromEntries(forms), inputs };
  return emit.answer(question, [input, gradient]);
}

function channels(emit: Emitter, value: string, from: number, to: number): string {
  return emit.op('Slice', [value, emit.ints([from]), emit.ints([to]), emit.ints([1])]);
}

/** Gradient of a convolution with respect to its filters, written with operators that engines have. */
export function filterGradient(emit: Emitter, filter: Filter): string {
  const { input, gradient, group, shape, windows } = filter;
  if (group === 1) return answer(emit, filter, isPointwise(windows) ? pointwiseRules(filter) : denseRules(filter));
  if (shape[1] === 1) return answer(emit, filter, channelwiseRules(emit, filter));
  const each = shape[0] / group;
  const parts = Array.from({ length: group }, (_, g) =>
    filterGradient(emit, {
      ...filter,
      input: channels(emit, input, g * shape[1], (g + 1) * shape[1]),
      gradient: channels(emit, gradient, g * each, (g + 1) * each),
      group: 1,
      shape: [each, shape[1], shape[2], shape[3]],
    }),
  );
  return emit.op('Concat', parts, { axis: int(0) });
}
