import { AppError } from '../../../domain/errors.ts';
import { ndArray } from '../../network/array64.ts';
import type { Attributes, Node } from '../../network/graph.ts';
import { inferNode, opOf } from '../../network/inferShapes.ts';
import { formOf } from '../../network/ops/forms.ts';
import type { Emitter, FormQuestion, ValueType } from '../../network/ops/op.ts';
import type { Tensor } from '../../network/tensor.ts';
import type { TensorFlow } from './api.ts';
import { type Call, numberOf, typeOf } from './call.ts';
import { kernelOf } from './kernels/registry.ts';
import { Value } from './value.ts';

/** Whether TensorFlow runs the operator, by a kernel or as what it is composed of. */
export function isRunnable(node: Node): boolean {
  const op = opOf(node);
  const isArithmetic = ['Shape', 'Range'].includes(node.opType);
  return kernelOf(node) !== undefined || op.compose !== undefined || isArithmetic;
}

/** Numbers that follow from known numbers alone: shapes, axes, rates. */
function arithmetic({ tf, node, inputs }: Call): readonly Value[] | undefined {
  const isShape = node.opType === 'Shape';
  const isKnown = inputs.every((value) => value === undefined || value.known !== undefined || isShape);
  if (!isKnown) return undefined;
  const types = inferNode(
    node,
    inputs.map((value) => value && typeOf(value)),
  );
  const constants = types.flatMap(({ constant, type, shape }) => (constant ? [{ ...constant, type, shape }] : []));
  if (constants.length !== types.length) return undefined;
  return constants.map((constant) => Value.ofKnown(tf, constant));
}

/** Runs one node. The values are the caller's to dispose of; everything else made on the way is gone. */
export function execute(call: Call): readonly Value[] {
  const known = arithmetic(call);
  if (known !== undefined) return known;
  const kernel = kernelOf(call.node);
  const { lower, compose } = opOf(call.node);
  const lowered = lower && written(call, lower);
  if (lowered !== undefined) return lowered;
  if (kernel !== undefined) {
    let values: readonly Value[] = [];
    call.tf.tidy(() => {
      values = kernel(call);
    });
    return values;
  }
  const composed = compose && written(call, compose);
  if (composed !== undefined) return composed;
  throw new AppError('unsupported-operator', `TensorFlow does not run ${call.node.opType}.`);
}

/** What a composition writes, run as it is written. */
function written(
  { tf, node, inputs }: Call,
  write: (emit: Emitter, node: Node) => readonly (string | undefined)[] | undefined,
): readonly Value[] | undefined {
  const emitter = new Running(tf);
  const names = inputs.map((value) => value && emitter.lend(value));
  const outputs = write(emitter, { ...node, inputs: names });
  if (outputs === undefined) return undefined;
  return emitter.finish(outputs.slice(0, Math.max(1, node.outputs.length)));
}

/** Runs operators as they are written. */
class Running implements Emitter {
  readonly lowering = 'plain';
  readonly #tf: TensorFlow;
  readonly #values = new Map<string, Value>();
  readonly #own = new Set<Value>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  #name(value: Value): string {
    const name = `value_${this.#values.size}`;
    this.#values.set(name, value);
    return name;
  }

  #of(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`no value ${name}`);
    return value;
  }

  /** A value that is somebody else's to dispose of. */
  lend(value: Value): string {
    return this.#name(value);
  }

  #add(value: Value): string {
    this.#own.add(value);
    return this.#name(value);
  }

  typeOf(name: string): ValueType {
    return typeOf(this.#of(name));
  }

  isConstant(): boolean {
    return false;
  }

  makerOf(): undefined {
    return undefined;
  }

  answer(question: FormQuestion, inputs: readonly string[]): string {
    return formOf(question, {})(this, inputs);
  }

  constant(tensor: Tensor): string {
    return this.#add(Value.ofConstant(this.#tf, tensor));
  }

  ints(values: readonly number[]): string {
    return this.#add(Value.ofKnown(this.#tf, ndArray([values.length], values, 'int64')));
  }

  scalar(value: number): string {
    return this.#add(numberOf(this.#tf, Math.fround(value)));
  }

  op(opType: string, inputs: readonly (string | undefined)[], attributes: Attributes = {}): string {
    const [first] = this.ops(opType, inputs, 1, attributes);
    if (first === undefined) throw new Error(`${opType} has no output`);
    return first;
  }

  ops(opType: string, inputs: readonly (string | undefined)[], count: number, attributes: Attributes = {}): string[] {
    const outputs = Array.from({ length: count }, (_, i) => `output_${i}`);
    const node: Node = { opType, domain: '', name: '', inputs, outputs, attributes };
    const values = inputs.map((name) => (name === undefined ? undefined : this.#of(name)));
    return execute({ tf: this.#tf, node, inputs: values }).map((value) => this.#add(value));
  }

  /** The named values; all others of its own are gone. What was lent and is named is handed out as a copy. */
  finish(names: readonly (string | undefined)[]): Value[] {
    const values = names.map((name) => {
      if (name === undefined) return numberOf(this.#tf, 0);
      const value = this.#of(name);
      if (this.#own.delete(value)) return value;
      return value.known ? Value.ofKnown(this.#tf, value.known) : Value.of(this.#tf, value.plain().clone(), value.type);
    });
    for (const value of this.#own) value.dispose();
    return values;
  }
}
