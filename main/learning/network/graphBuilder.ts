import { writeInBlocks } from './blockedLayout.ts';
import type { Attributes, Graph, Node, ValueInfo } from './graph.ts';
import { opset } from './graph.ts';
import { inferNode, opOf, typeOfTensor } from './inferShapes.ts';
import { type FormsHere, formOf } from './ops/forms.ts';
import type { Emitter, FormQuestion, Lowering, ValueType } from './ops/op.ts';
import { prune } from './prune.ts';
import type { ElementType, Tensor } from './tensor.ts';
import { float32, int64s } from './tensor.ts';

function keyOf(opType: string, inputs: readonly (string | undefined)[], attributes: Attributes): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([opType, inputs.map((name) => name ?? null), sorted]);
}

/**
 * Writes a graph node by node, with types and shapes known at every step. A node equal to an earlier one is not written
 * again: gradient rules can ask for what the forward pass computed without knowing whether it did.
 */
export class GraphBuilder implements Emitter {
  readonly #name: string;
  readonly #inputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #nodes: Node[] = [];
  readonly #types = new Map<string, ValueType>();
  readonly #makers = new Map<string, Node>();
  readonly #written = new Map<string, readonly (string | undefined)[]>();
  readonly #reserved = new Set<string>();
  #count = 0;

  readonly lowering: Lowering;
  readonly #forms: FormsHere;
  readonly #questions = new Map<string, FormQuestion>();

  /** @param forms answers to `questions`, where the usual ones are not wanted */
  constructor(name = 'network', lowering: Lowering = 'indexed', forms: FormsHere = { choices: {} }) {
    this.#name = name;
    this.lowering = lowering;
    this.#forms = forms;
  }

  get block(): number | undefined {
    return this.#forms.block;
  }

  /** What has been written that could be written otherwise, in the order it was asked for. */
  get questions(): readonly FormQuestion[] {
    return [...this.#questions.values()];
  }

  answer(question: FormQuestion, inputs: readonly string[]): string {
    this.#questions.set(question.key, question);
    return formOf(question, this.#forms.choices)(this, inputs);
  }

  makerOf(value: string): Node | undefined {
    return this.#makers.get(value);
  }

  #inBlocks(opType: string, inputs: Node['inputs'], attributes: Attributes): string | undefined {
    const { block } = this;
    return block === undefined ? undefined : writeInBlocks(this, block, { opType, inputs, attributes });
  }

  isConstant(value: string): boolean {
    return this.#initializers.has(value);
  }

  get inputs(): readonly ValueInfo[] {
    return this.#inputs;
  }

  has(value: string): boolean {
    return this.#types.has(value);
  }

  typeOf(value: string): ValueType {
    const type = this.#types.get(value);
    if (type === undefined) throw new Error(`no value ${value}`);
    return type;
  }

  /** Keeps names that are going to be declared from being made up for something else. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#reserved.add(name);
  }

  #declare(name: string, type: ValueType): void {
    if (this.#types.has(name)) throw new Error(`two values named ${name}`);
    this.#types.set(name, type);
  }

  /** A name of the form `Conv_12` that nothing has yet. */
  fresh(prefix: string): string {
    let name: string;
    do {
      this.#count += 1;
      name = `${prefix}_${this.#count}`;
    } while (this.#types.has(name) || this.#reserved.has(name));
    this.#reserved.add(name);
    return name;
  }

  input(name: string, type: ElementType, shape: readonly number[]): string {
    this.#declare(name, { type, shape });
    this.#inputs.push({ name, type, shape });
    return name;
  }

  initializer(name: string, tensor: Tensor): string {
    this.#declare(name, typeOfTensor(tensor));
    this.#initializers.set(name, tensor);
    return name;
  }

  constant(tensor: Tensor): string {
    return this.initializer(this.fresh('constant'), tensor);
  }

  #shared(name: string, make: () => Tensor): string {
    return this.#initializers.has(name) ? name : this.initializer(name, make());
  }

  ints(values: readonly number[]): string {
    if (values.length > 16) return this.constant(int64s(values));
    return this.#shared(`ints(${values.join(',')})`, () => int64s(values));
  }

  scalar(value: number): string {
    return this.#shared(`float(${value})`, () => float32([], [value]));
  }

  /** @param opType with its domain before it, where that is not the standard one */
  op(opType: string, inputs: readonly (string | undefined)[], attributes: Attributes = {}): string {
    const [first] = this.ops(opType, inputs, 1, attributes);
    if (first === undefined) throw new Error(`${opType} has no output`);
    return first;
  }

  ops(opType: string, inputs: readonly (string | undefined)[], count: number, attributes: Attributes = {}): string[] {
    const inBlocks = count === 1 ? this.#inBlocks(opType, inputs, attributes) : undefined;
    if (inBlocks !== undefined) return [inBlocks];
    const known = this.#written.get(keyOf(opType, inputs, attributes));
    if (known !== undefined && known.length >= count && known.slice(0, count).every((name) => name !== undefined)) {
      return known.slice(0, count) as string[];
    }
    const [domain, name] = [opType.slice(0, Math.max(0, opType.lastIndexOf('.'))), opType.split('.').at(-1) ?? ''];
    const outputs = Array.from({ length: count }, () => this.fresh(name));
    this.append({ opType: name, domain, name: '', inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a node as it is, with the output names it has. */
  append(node: Node): void {
    const inputs = node.inputs.map((name) => (name === undefined ? undefined : this.typeOf(name)));
    const types = inferNode(node, inputs);
    const name = node.name || this.fresh(`node_${node.opType}`);
    this.#nodes.push({ ...node, name });
    node.outputs.forEach((output, i) => {
      const type = types[i];
      if (output === undefined || type === undefined) return;
      this.#declare(output, type);
      this.#makers.set(output, node);
    });
    const key = keyOf(node.domain === '' ? node.opType : `${node.domain}.${node.opType}`, node.inputs, node.attributes);
    if (!this.#written.has(key)) this.#written.set(key, node.outputs);
  }

  /**
   * Adds a node of another graph, in the form engines run; with the extra outputs its gradient needs where asked.
   * @returns the names of its outputs here
   */
  adopt(node: Node, forGradient: boolean): readonly (string | undefined)[] {
    const op = opOf(node);
    const lowered = op.lower?.(this, node);
    if (lowered !== undefined) return lowered;
    const inBlocks = node.domain === '' ? this.#inBlocks(node.opType, node.inputs, node.attributes) : undefined;
    if (inBlocks !== undefined) return [inBlocks];
    const isIndexed = this.lowering === 'indexed';
    const extra = forGradient && isIndexed ? Math.max(0, (op.outputsForGradient ?? 0) - node.outputs.length) : 0;
    const outputs = [...node.outputs, ...Array.from({ length: extra }, () => this.fresh(node.opType))];
    this.append({ ...node, outputs });
    return outputs;
  }

  /**
   * The finished graph: only what its outputs need. `outputs` gives each output's name and the value it shows.
   * Values made by a node take the output's name; an input or constant shown as an output is copied.
   */
  build(outputs: Readonly<Record<string, string>>, metadata: Readonly<Record<string, string>> = {}): Graph {
    const made = new Set(this.#nodes.flatMap((node) => node.outputs));
    const renamed = new Map<string, string>();
    const infos: ValueInfo[] = [];
    for (const [name, value] of Object.entries(outputs)) {
      const { type, shape } = this.typeOf(value);
      infos.push({ name, type, shape });
      if (value === name) continue;
      if (this.#types.has(name)) throw new Error(`output ${name} is the name of another value`);
      const free = made.has(value) && !renamed.has(value) && !(value in outputs);
      if (free) renamed.set(value, name);
      else this.append({ opType: 'Identity', domain: '', name: '', inputs: [value], outputs: [name], attributes: {} });
    }
    const rename = (value: string | undefined) => (value === undefined ? value : (renamed.get(value) ?? value));
    const nodes = this.#nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
    return prune({
      name: this.#name,
      opset,
      inputs: this.#inputs,
      outputs: infos,
      initializers: this.#initializers,
      nodes,
      values: [],
      metadata,
    });
  }
}
