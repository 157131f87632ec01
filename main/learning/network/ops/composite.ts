import type { NdArray } from '../array64.ts';
import { arrayFromTensor, ndArray } from '../array64.ts';
import type { Attributes, Node } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { sizeOf } from '../tensor.ts';
import { formOf } from './forms.ts';
import type { Emitter, FormQuestion, InputTypes, Op, ValueType } from './op.ts';

/** Writes a node with simpler operators. @returns the names of its outputs */
export type Composition = (emit: Emitter, node: Node) => readonly (string | undefined)[];

type Lookup = (opType: string) => Op | undefined;

/** Elements of values up to this size are followed: shape arithmetic, not images. */
const followed = 4096;

/** Runs operators as they are written: on types alone, or on elements. */
class Eager implements Emitter {
  readonly values = new Map<string, ValueType>();
  readonly #lookup: Lookup;
  readonly #onElements: boolean;
  #count = 0;

  constructor(lookup: Lookup, onElements: boolean) {
    this.#lookup = lookup;
    this.#onElements = onElements;
  }

  add(type: ValueType): string {
    this.#count += 1;
    this.values.set(`value_${this.#count}`, type);
    return `value_${this.#count}`;
  }

  typeOf(value: string): ValueType {
    const type = this.values.get(value);
    if (type === undefined) throw new Error(`no value ${value}`);
    return type;
  }

  makerOf(): undefined {
    return undefined;
  }

  isConstant(): boolean {
    return false;
  }

  constant(tensor: Tensor): string {
    return this.#array(arrayFromTensor(tensor));
  }

  ints(values: readonly number[]): string {
    return this.#array(ndArray([values.length], values, 'int64'));
  }

  scalar(value: number): string {
    return this.#array(ndArray([], [Math.fround(value)]));
  }

  #array(array: NdArray): string {
    return this.add({ type: array.type, shape: array.shape, constant: array });
  }

  op(opType: string, inputs: readonly (string | undefined)[], attributes: Attributes = {}): string {
    const [first] = this.ops(opType, inputs, 1, attributes);
    if (first === undefined) throw new Error(`${opType} has no output`);
    return first;
  }

  answer(question: FormQuestion, inputs: readonly string[]): string {
    return formOf(question, {})(this, inputs);
  }

  ops(opType: string, inputs: readonly (string | undefined)[], count: number, attributes: Attributes = {}): string[] {
    const op = this.#lookup(opType);
    if (op === undefined) throw new Error(`no operator ${opType}`);
    const outputs = Array.from({ length: count }, (_, i) => `output_${i}`);
    const node: Node = { opType, domain: '', name: '', inputs, outputs, attributes };
    const types = inputs.map((name) => (name === undefined ? undefined : this.typeOf(name)));
    const arrays = types.map((type) => type?.constant);
    const isKnown = types.every((type, i) => type === undefined || arrays[i] !== undefined);
    const results = op.infer(types, node);
    const isSmall = results.every((type) => sizeOf(type.shape) <= followed);
    const values = this.#onElements || (isKnown && isSmall) ? op.evaluate(arrays, node) : undefined;
    return results.slice(0, count).map((type, i) => this.add({ ...type, constant: values?.[i] ?? type.constant }));
  }
}

/**
 * An operator that is defined by others: its shape rule and its kernel follow, and it is differentiated through them.
 * Engines run it as it is where nothing is trained.
 */
export function composite(opType: string, compose: Composition, lookup: Lookup): Op {
  const run = (types: InputTypes, node: Node, onElements: boolean): ValueType[] => {
    const eager = new Eager(lookup, onElements);
    const inputs = types.map((type) => type && eager.add(type));
    const outputs = compose(eager, { ...node, inputs });
    return outputs.map((name) => (name === undefined ? { type: 'float32', shape: [] } : eager.typeOf(name)));
  };
  return {
    opType,
    compose,
    infer: (inputs, node) => run(inputs, node, false).map(({ type, shape }) => ({ type, shape })),
    evaluate(inputs, node) {
      const types = inputs.map((array) => array && { type: array.type, shape: array.shape, constant: array });
      return run(types, node, true).map(({ shape, constant }) => constant ?? ndArray(shape, []));
    },
  };
}
