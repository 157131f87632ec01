import { emptyArray, strided, stridesOf, walk } from '../array64.ts';
import type { Node } from '../graph.ts';
import { int, intOf, text, textOf } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import type { Emitter, GradientScope, Op } from './op.ts';
import { axisOf, constantInts, intsFrom, mismatch, need } from './op.ts';
import { alongImage, paddedPlaces } from './resample.ts';

export interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

type Ints = readonly number[] | undefined;

/** ONNX Slice: ends beyond the axis are clamped, negative starts and ends count from the end. */
export function rangesOf(shape: readonly number[], [starts, ends, axes, steps]: readonly Ints[], node: Node): Range[] {
  const ranges: Range[] = shape.map((extent) => ({ start: 0, step: 1, count: extent }));
  (starts ?? []).forEach((given, i) => {
    const axis = axisOf(axes?.[i] ?? i, shape.length, node);
    const extent = shape[axis] ?? 0;
    const step = steps?.[i] ?? 1;
    const absolute = (index: number) => (index < 0 ? index + extent : index);
    const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
    const start = Math.min(Math.max(absolute(given), Math.max(low, 0)), high);
    const end = Math.min(Math.max(absolute(ends?.[i] ?? extent), low), Math.max(high, 0));
    ranges[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
  return ranges;
}

/** Gradient of picking elements: the picked positions get it, added where one was picked twice. */
export function scatterBack({ emit, gradient, input, shape }: GradientScope, picked: Float64Array): string {
  const target = shape(input(0));
  const zero = emit.op('Expand', [emit.scalar(0), emit.ints([sizeOf(target)])]);
  const flat = emit.op('Reshape', [gradient, emit.ints([-1])]);
  const attributes = { axis: int(0), reduction: text('add') };
  const sum = emit.op('ScatterElements', [zero, emit.ints([...picked]), flat], attributes);
  return emit.op('Reshape', [sum, emit.ints(target)]);
}

export const slice: Op = {
  opType: 'Slice',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    const given = [1, 2, 3, 4].map((i) => constantInts(inputs, i, node));
    return [{ type, shape: rangesOf(shape, given, node).map((range) => range.count) }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    return [
      pick(
        data,
        [1, 2, 3, 4].map((i) => intsFrom(inputs, i)),
        node,
      ),
    ];
  },
  gradient(scope) {
    const { emit, gradient, input, node, shape } = scope;
    const from = shape(input(0));
    const given = [1, 2, 3, 4].map((i) => (node.inputs[i] === undefined ? undefined : known(scope, i)));
    const ranges = rangesOf(from, given, node);
    if (ranges.every((range) => range.step === 1)) {
      const after = ranges.map((range, axis) => (from[axis] ?? 0) - range.start - range.count);
      return [emit.op('Pad', [gradient, emit.ints([...ranges.map((range) => range.start), ...after])])];
    }
    const positions = { ...emptyArray(from), data: Float64Array.from({ length: sizeOf(from) }, (_, i) => i) };
    return [scatterBack(scope, pick(positions, given, node).data)];
  },
};

function known(scope: GradientScope, i: number): number[] {
  const { constant } = scope.emit.typeOf(scope.input(i));
  if (constant === undefined) throw mismatch(scope.node, `input ${i} is not a constant`);
  return [...constant.data];
}

function pick(data: Parameters<typeof strided>[0], given: readonly Ints[], node: Node) {
  const ranges = rangesOf(data.shape, given, node);
  const strides = stridesOf(data.shape);
  const offset = ranges.reduce((sum, range, axis) => sum + range.start * (strides[axis] ?? 0), 0);
  const shape = ranges.map((range) => range.count);
  return strided(
    data,
    shape,
    ranges.map((range, axis) => range.step * (strides[axis] ?? 0)),
    offset,
  );
}

/** Padding with what is in the image (edge, reflect, wrap): rows and columns of [batch, channel, row, column]. */
function padImage(emit: Emitter, node: Node): readonly string[] | undefined {
  const mode = textOf(node, 'mode', 'constant');
  if (mode === 'constant') return undefined;
  const x = need(node.inputs, 0, node);
  const { shape } = emit.typeOf(x);
  const elements = (i: number) => {
    const name = node.inputs[i];
    const { constant } = name === undefined ? {} : emit.typeOf(name);
    return constant && [...constant.data];
  };
  const [before, after] = padsOf(shape.length, elements(1), elements(3), node);
  const isImage = shape.length === 4 && [...before.slice(0, 2), ...after.slice(0, 2)].every((count) => count === 0);
  if (!isImage) throw mismatch(node, `padding ${mode} is supported for rows and columns only`);
  const matrix = (axis: number) => {
    const counts = [before[axis] ?? 0, after[axis] ?? 0] as const;
    if (counts[0] === 0 && counts[1] === 0) return undefined;
    return paddedPlaces(mode, shape[axis] ?? 1, ...counts, node).map((place) => [[place, 1]] as const);
  };
  return [alongImage(emit, x, matrix(2), matrix(3))];
}

/** Padding with a constant; negative pads crop. Other modes are composed. */
export const pad: Op = {
  opType: 'Pad',
  compose: padImage,
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    const [before, after] = padsOf(shape.length, constantInts(inputs, 1, node), constantInts(inputs, 3, node), node);
    return [{ type, shape: shape.map((extent, axis) => extent + (before[axis] ?? 0) + (after[axis] ?? 0)) }];
  },
  evaluate(inputs, node) {
    const data = need(inputs, 0, node);
    const [before, after] = padsOf(data.shape.length, intsFrom(inputs, 1), intsFrom(inputs, 3), node);
    const shape = data.shape.map((extent, axis) => extent + (before[axis] ?? 0) + (after[axis] ?? 0));
    const result = emptyArray(shape, data.type);
    result.data.fill(inputs[2]?.data[0] ?? 0);
    const strides = stridesOf(shape);
    const mode = textOf(node, 'mode', 'constant');
    if (mode !== 'constant') return [padInside(data, before, after, mode, node)];
    const kept = data.shape.map(
      (extent, axis) => extent + Math.min(0, before[axis] ?? 0) + Math.min(0, after[axis] ?? 0),
    );
    const from = stridesOf(data.shape);
    const skipped = before.reduce((sum, count, axis) => sum + Math.max(0, -count) * (from[axis] ?? 0), 0);
    const inner = strided(data, kept, from, skipped);
    const offset = before.reduce((sum, count, axis) => sum + Math.max(0, count) * (strides[axis] ?? 0), 0);
    walk(kept, strides, offset, (position, index) => {
      result.data[index] = inner.data[position] ?? 0;
    });
    return [result];
  },
  gradient(scope) {
    const { emit, gradient, node, shape, input } = scope;
    const rank = shape(input(0)).length;
    const axes = node.inputs[3] === undefined ? undefined : known(scope, 3);
    const [before, after] = padsOf(rank, known(scope, 1), axes, node);
    return [emit.op('Pad', [gradient, emit.ints([...before, ...after].map((count) => 0 - count))])];
  },
};

function padInside(
  data: ReturnType<typeof strided>,
  before: readonly number[],
  after: readonly number[],
  mode: string,
  node: Node,
): ReturnType<typeof strided> {
  return data.shape.reduce((value, extent, axis) => {
    const places = paddedPlaces(mode, extent, before[axis] ?? 0, after[axis] ?? 0, node);
    const along = { ...node, attributes: { axis: int(axis) } };
    return gathered(value, Float64Array.from(places), [places.length], along);
  }, data);
}

/** Elements before and after each axis. */
export function padsOf(rank: number, pads: Ints, axes: Ints, node: Node): readonly [number[], number[]] {
  if (pads === undefined) throw mismatch(node, 'no pads');
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  const count = pads.length / 2;
  for (let i = 0; i < count; i++) {
    const axis = axisOf(axes?.[i] ?? i, rank, node);
    before[axis] = pads[i] ?? 0;
    after[axis] = pads[i + count] ?? 0;
  }
  return [before, after];
}

export const gather: Op = {
  opType: 'Gather',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    const axis = axisOf(intOf(node, 'axis', 0), shape.length, node);
    return [{ type, shape: [...shape.slice(0, axis), ...need(inputs, 1, node).shape, ...shape.slice(axis + 1)] }];
  },
  evaluate(inputs, node) {
    const [data, indices] = [need(inputs, 0, node), need(inputs, 1, node)];
    return [gathered(data, indices.data, indices.shape, node)];
  },
  gradient(scope) {
    const { emit, input, shape, node } = scope;
    const from = shape(input(0));
    const positions = { ...emptyArray(from), data: Float64Array.from({ length: sizeOf(from) }, (_, i) => i) };
    const { constant } = emit.typeOf(input(1));
    if (constant === undefined) throw mismatch(node, 'the indices are not constant');
    return [scatterBack(scope, gathered(positions, constant.data, constant.shape, node).data)];
  },
};

function gathered(
  data: Parameters<typeof strided>[0],
  indices: Float64Array,
  indexShape: readonly number[],
  node: Node,
): ReturnType<typeof strided> {
  const axis = axisOf(intOf(node, 'axis', 0), data.shape.length, node);
  const extent = data.shape[axis] ?? 1;
  const outer = sizeOf(data.shape.slice(0, axis));
  const inner = sizeOf(data.shape.slice(axis + 1));
  const result = emptyArray([...data.shape.slice(0, axis), ...indexShape, ...data.shape.slice(axis + 1)], data.type);
  for (let o = 0; o < outer; o++) {
    indices.forEach((given, i) => {
      const from = (o * extent + (given < 0 ? given + extent : given)) * inner;
      result.data.set(data.data.subarray(from, from + inner), (o * indices.length + i) * inner);
    });
  }
  return result;
}

/** Along axis 0 of flat tensors with addition, which is what gradients of picking write. */
export const scatterElements: Op = {
  opType: 'ScatterElements',
  infer(inputs, node) {
    const { type, shape } = need(inputs, 0, node);
    if (shape.length !== 1 || textOf(node, 'reduction', 'none') !== 'add') {
      throw mismatch(node, 'only flat tensors and addition are supported');
    }
    return [{ type, shape }];
  },
  evaluate(inputs, node) {
    const [data, indices, updates] = [need(inputs, 0, node), need(inputs, 1, node), need(inputs, 2, node)];
    const result = { ...data, data: data.data.slice() };
    indices.data.forEach((index, i) => {
      result.data[index] = (result.data[index] ?? 0) + (updates.data[i] ?? 0);
    });
    return [result];
  },
};
