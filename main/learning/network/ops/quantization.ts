import type { NdArray } from '../array64.ts';
import { emptyArray } from '../array64.ts';
import type { Node } from '../graph.ts';
import { intOf } from '../graph.ts';
import type { ElementType } from '../tensor.ts';
import { float32, sizeOf } from '../tensor.ts';
import type { Emitter, Op, ValueType } from './op.ts';
import { axisOf, mismatch, need } from './op.ts';

const ranges: Partial<Record<ElementType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** The smallest and the largest level. */
export function rangeOf(type: ElementType, node: Node): readonly [number, number] {
  const range = ranges[type];
  if (range === undefined) throw mismatch(node, `quantised to ${type}`);
  return range;
}

/** Which scale an element has: one for all, or one per index along an axis. */
function scaleIndex(shape: readonly number[], scales: number, node: Node): (position: number) => number {
  if (scales === 1) return () => 0;
  const axis = axisOf(intOf(node, 'axis', 1), shape.length, node);
  if (shape[axis] !== scales) throw mismatch(node, `${scales} scales along an axis of ${shape[axis]}`);
  const inner = sizeOf(shape.slice(axis + 1));
  return (position) => Math.floor(position / inner) % scales;
}

function halfToEven(x: number): number {
  const near = Math.round(x);
  return Math.abs(x % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

/** saturate(round(x / scale) + zero point) */
export const quantizeLinear: Op = {
  opType: 'QuantizeLinear',
  infer: (inputs, node) => [{ type: inputs[2]?.type ?? 'uint8', shape: need(inputs, 0, node).shape }],
  evaluate(inputs, node) {
    const [data, scale] = [need(inputs, 0, node), need(inputs, 1, node)];
    const zero = inputs[2];
    const result = emptyArray(data.shape, zero?.type ?? 'uint8');
    const [low, high] = rangeOf(result.type, node);
    const index = scaleIndex(data.shape, scale.data.length, node);
    data.data.forEach((value, i) => {
      const k = index(i);
      const level = halfToEven(value / (scale.data[k] ?? 1)) + (zero?.data[k] ?? 0);
      result.data[i] = Math.min(high, Math.max(low, level));
    });
    return [result];
  },
  /**
   * Training goes on in float: what is left of quantisation is its saturation, which stands in for the rectifiers that
   * quantising folded into it.
   */
  compose(emit, node) {
    const x = need(node.inputs, 0, node);
    const scale = known(emit, node, 1);
    const zero = node.inputs[2] === undefined ? undefined : known(emit, node, 2);
    // Weights have a scale per filter, and stay inside what it can hold.
    if (scale.data.length !== 1) return [emit.op('Identity', [x])];
    const [low, high] = rangeOf(zero?.type ?? 'uint8', node);
    const limit = (level: number) => {
      const value = (level - (zero?.data[0] ?? 0)) * (scale.data[0] ?? 1);
      return emit.constant(float32([], [value]));
    };
    return [emit.op('Clip', [x, limit(low), limit(high)])];
  },
};

function known(emit: Emitter, node: Node, i: number): NdArray {
  const { constant } = emit.typeOf(need(node.inputs, i, node));
  if (constant === undefined) throw mismatch(node, `input ${i} is not a constant`);
  return constant;
}

/** (x - zero point) scale */
export const dequantizeLinear: Op = {
  opType: 'DequantizeLinear',
  infer(inputs, node): ValueType[] {
    return [{ type: 'float32', shape: need(inputs, 0, node).shape }];
  },
  evaluate(inputs, node) {
    const [data, scale] = [need(inputs, 0, node), need(inputs, 1, node)];
    const index = scaleIndex(data.shape, scale.data.length, node);
    const result = emptyArray(data.shape);
    data.data.forEach((value, i) => {
      const k = index(i);
      result.data[i] = (value - (inputs[2]?.data[k] ?? 0)) * (scale.data[k] ?? 1);
    });
    return [result];
  },
  /** After a QuantizeLinear that was composed the value is a float already. */
  compose(emit, node) {
    const x = need(node.inputs, 0, node);
    if (emit.typeOf(x).type === 'float32') return [emit.op('Identity', [x])];
    return undefined;
  },
};
