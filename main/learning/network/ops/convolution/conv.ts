import type { NdArray } from '../../array64.ts';
import { emptyArray } from '../../array64.ts';
import type { Node } from '../../graph.ts';
import { int, intOf, ints, intsOf, textOf } from '../../graph.ts';
import type { Emitter, GradientScope, Op } from '../op.ts';
import { mismatch, need } from '../op.ts';
import { blockedConvolution, isBlockable } from './blocked.ts';
import { filterGradient } from './filterGradient.ts';
import { inBlocks, inputGradient } from './inputGradient.ts';
import { inWords } from './inWords.ts';
import type { WindowAxis } from './window.ts';
import { overhang, reach, tapLists, windowsOf } from './window.ts';

type Shape4 = readonly [number, number, number, number];

function shape4(shape: readonly number[], node: Node): Shape4 {
  const [a, b, c, d] = shape;
  if (shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    throw mismatch(node, `only two-dimensional images are supported, not [${shape.join(', ')}]`);
  }
  return [a, b, c, d];
}

/** Channels, groups and windows of a Conv. */
export function geometry(node: Node, input: readonly number[], filter: readonly number[]) {
  const [batch, channels] = shape4(input, node);
  const shape = shape4(filter, node);
  const group = intOf(node, 'group', 1);
  if (channels !== shape[1] * group || shape[0] % group !== 0) {
    throw mismatch(node, `${channels} channels, filters [${filter.join(', ')}], ${group} groups`);
  }
  return { batch, channels, shape, group, windows: windowsOf(node, input, [shape[2], shape[3]]) };
}

function channelSums({ emit, gradient }: GradientScope): string {
  return emit.op('ReduceSum', [gradient, emit.ints([0, 2, 3])], { keepdims: int(0) });
}

/** The convolution itself in blocks of channels, where the engine has them and does not see to that itself. */
function lowered(emit: Emitter, node: Node): readonly string[] | undefined {
  const [image, filters, bias] = [0, 1, 2].map((i) => node.inputs[i]);
  const { block } = emit;
  if (block === undefined || image === undefined || filters === undefined || emit.isConstant(filters)) return undefined;
  const shapes = [image, filters].map((name) => emit.typeOf(name).shape);
  const { batch, channels, shape, group, windows } = geometry(node, shapes[0] ?? [], shapes[1] ?? []);
  if (!isBlockable(block, channels, shape, group)) return undefined;
  const inputs = bias === undefined ? [image, filters] : [image, filters, bias];
  const forms = {
    plain: (e: Emitter, names: readonly string[]) => e.op('Conv', names, node.attributes),
    [inBlocks(block)]: (e: Emitter, [x = '', w = '', b]: readonly string[]) =>
      blockedConvolution(e, block, { image: x, filters: w, bias: b, windows, group }),
  };
  const key = inWords(batch, shape, windows, group) + (bias === undefined ? '' : ', with bias');
  const given = inputs.map((name) => emit.typeOf(name).shape);
  return [emit.answer({ key, usual: 'plain', inputs: given, forms }, inputs)];
}

/** Convolution of [batch, channel, row, column] with groups, strides, dilations and any padding. */
export const conv: Op = {
  opType: 'Conv',
  infer(inputs, node) {
    const data = need(inputs, 0, node);
    const { batch, shape, windows } = geometry(node, data.shape, need(inputs, 1, node).shape);
    return [{ type: data.type, shape: [batch, shape[0], ...windows.map((axis) => axis.output)] }];
  },
  evaluate(inputs, node) {
    const [data, filters] = [need(inputs, 0, node), need(inputs, 1, node)];
    const { batch, channels, shape, group, windows } = geometry(node, data.shape, filters.shape);
    const [outputs, each] = shape;
    const result = emptyArray([batch, outputs, ...windows.map((axis) => axis.output)], data.type);
    const bias = inputs[2]?.data;
    const [outPlane, inPlane, kernelPlane] = planes(windows);
    const [outputTaps, kernelTaps, inputTaps] = tapLists(windows);
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < outputs; o++) {
        const out = result.data.subarray((n * outputs + o) * outPlane, (n * outputs + o + 1) * outPlane);
        out.fill(bias?.[o] ?? 0);
        const firstChannel = n * channels + Math.floor(o / (outputs / group)) * each;
        for (let c = 0; c < each; c++) {
          const image = (firstChannel + c) * inPlane;
          const filter = (o * each + c) * kernelPlane;
          for (let t = 0; t < outputTaps.length; t++) {
            const product =
              (data.data[image + (inputTaps[t] ?? 0)] ?? 0) * (filters.data[filter + (kernelTaps[t] ?? 0)] ?? 0);
            const output = outputTaps[t] ?? 0;
            out[output] = (out[output] ?? 0) + product;
          }
        }
      }
    }
    return [result];
  },
  lower: lowered,
  gradient(scope) {
    const { emit, gradient, input, node, shape: shapeOf, wanted } = scope;
    const { shape, group, windows } = geometry(node, shapeOf(input(0)), shapeOf(input(1)));
    return [
      wanted(0) ? inputGradient(emit, { gradient, filters: input(1), group, windows }) : undefined,
      wanted(1) ? filterGradient(emit, { input: input(0), gradient, windows, group, shape }) : undefined,
      wanted(2) ? channelSums(scope) : undefined,
    ];
  },
};

function planes(windows: readonly WindowAxis[]): [number, number, number] {
  const area = (key: 'output' | 'input' | 'kernel') => windows.reduce((product, axis) => product * axis[key], 1);
  return [area('output'), area('input'), area('kernel')];
}

/** One axis of a transposed convolution; `output_shape` and `auto_pad` say the pads where they are given. */
function transposedAxis(node: Node, i: number, input: number, kernel: number): WindowAxis {
  const stride = intsOf(node, 'strides')?.[i] ?? 1;
  const dilation = intsOf(node, 'dilations')?.[i] ?? 1;
  const extra = intsOf(node, 'output_padding')?.[i] ?? 0;
  const mode = textOf(node, 'auto_pad', 'NOTSET');
  const whole = (input - 1) * stride + reach({ kernel, dilation }) + extra;
  const asked = intsOf(node, 'output_shape')?.at(i - 2) ?? (mode.startsWith('SAME') ? input * stride : undefined);
  const pads = mode === 'VALID' ? undefined : intsOf(node, 'pads');
  let [padBefore, padAfter] = [pads?.[i] ?? 0, pads?.[i + 2] ?? 0];
  if (asked !== undefined) {
    const total = Math.max(0, whole - asked);
    const half = Math.floor(total / 2);
    padBefore = mode === 'SAME_UPPER' ? half : total - half;
    padAfter = total - padBefore;
  }
  const wide = asked ?? whole - padBefore - padAfter;
  return { input: wide, kernel, stride, dilation, padBefore, padAfter, output: input };
}

/** The windows of the convolution whose input gradient this transposed convolution computes. */
export function transposedGeometry(node: Node, input: readonly number[], filter: readonly number[]) {
  const [batch, channels] = shape4(input, node);
  const shape = shape4(filter, node);
  const group = intOf(node, 'group', 1);
  if (channels !== shape[0] || channels % group !== 0) {
    throw mismatch(node, `${channels} channels, filters [${filter.join(', ')}], ${group} groups`);
  }
  const windows = [0, 1].map((i) => transposedAxis(node, i, input[i + 2] ?? 1, shape[i + 2] ?? 1));
  return { batch, channels, shape, group, outputs: shape[1] * group, windows };
}

function spread(data: NdArray, filters: NdArray, bias: Float64Array | undefined, node: Node): NdArray {
  const { batch, channels, shape, group, outputs, windows } = transposedGeometry(node, data.shape, filters.shape);
  const result = emptyArray([batch, outputs, ...windows.map((axis) => axis.input)], data.type);
  const [inPlane, outPlane, kernelPlane] = planes(windows);
  const [inputTaps, kernelTaps, outputTaps] = tapLists(windows);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      const out = result.data.subarray((n * outputs + o) * outPlane, (n * outputs + o + 1) * outPlane);
      out.fill(bias?.[o] ?? 0);
    }
    for (let c = 0; c < channels; c++) {
      const image = (n * channels + c) * inPlane;
      for (let e = 0; e < shape[1]; e++) {
        const o = Math.floor(c / (channels / group)) * shape[1] + e;
        const out = (n * outputs + o) * outPlane;
        const filter = (c * shape[1] + e) * kernelPlane;
        for (let t = 0; t < inputTaps.length; t++) {
          const product =
            (data.data[image + (inputTaps[t] ?? 0)] ?? 0) * (filters.data[filter + (kernelTaps[t] ?? 0)] ?? 0);
          const output = out + (outputTaps[t] ?? 0);
          result.data[output] = (result.data[output] ?? 0) + product;
        }
      }
    }
  }
  return result;
}

/** Transposed convolution; filters are [input channels, output channels / group, row, column]. */
export const convTranspose: Op = {
  opType: 'ConvTranspose',
  infer(inputs, node) {
    const data = need(inputs, 0, node);
    const { batch, outputs, windows } = transposedGeometry(node, data.shape, need(inputs, 1, node).shape);
    return [{ type: data.type, shape: [batch, outputs, ...windows.map((axis) => axis.input)] }];
  },
  evaluate: (inputs, node) => [spread(need(inputs, 0, node), need(inputs, 1, node), inputs[2]?.data, node)],
  gradient(scope) {
    const { emit, gradient, input, node, shape: shapeOf, wanted } = scope;
    const { shape, group, windows } = transposedGeometry(node, shapeOf(input(0)), shapeOf(input(1)));
    // Exact pads: output_padding leaves a tail of the result that no window reaches.
    const pads = [...windows.map((axis) => axis.padBefore), ...windows.map((axis) => Math.max(0, overhang(axis)))];
    const first = () =>
      emit.op('Conv', [gradient, input(1)], {
        kernel_shape: ints([shape[2], shape[3]]),
        strides: ints(windows.map((axis) => axis.stride)),
        dilations: ints(windows.map((axis) => axis.dilation)),
        pads: ints(pads),
        group: int(group),
      });
    const second = () => filterGradient(emit, { input: gradient, gradient: input(0), windows, group, shape });
    return [
      wanted(0) ? first() : undefined,
      wanted(1) ? second() : undefined,
      wanted(2) ? channelSums(scope) : undefined,
    ];
  },
};
