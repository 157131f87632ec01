import type { ElementType, Tensor } from './tensor.ts';

/** A named axis (`batch`) has no fixed extent until shapes are bound. */
export type Dimension = number | string;

/** A graph input or output, or an annotated value inside the graph. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** undefined where the file does not say even the rank. */
  readonly shape: readonly Dimension[] | undefined;
}

/** An attribute with the kind it has on disk (AttributeProto.type): `1` the integer is not `1` the float. */
export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  /** Sub-graphs (If, Loop, Scan) and other kinds are kept out: the operator holding one is unsupported. */
  | { readonly kind: 'unsupported'; readonly value: undefined };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly opType: string;
  /** '' is the standard operator set; others (com.microsoft...) are never differentiable. */
  readonly domain: string;
  readonly name: string;
  /** undefined: an optional input left out. */
  readonly inputs: readonly (string | undefined)[];
  /** undefined: an optional output nobody asked for. */
  readonly outputs: readonly (string | undefined)[];
  readonly attributes: Attributes;
}

/** The ONNX operator set that graphs built here are written in. */
export const opset = 18;

/** An ONNX graph as a value. Nodes are in execution order: every value is made before it is used. */
export interface Graph {
  readonly name: string;
  readonly opset: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Constant values by name. */
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  /** Annotations of values inside the graph; never needed for correctness. */
  readonly values: readonly ValueInfo[];
  /** ModelProto.metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });

type Attributed = Pick<Node, 'attributes' | 'opType'>;

function read<K extends Attribute['kind']>(node: Attributed, name: string, kind: K) {
  const attribute = node.attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== kind) throw new Error(`${node.opType}.${name} is ${attribute.kind}, not ${kind}`);
  return attribute as Extract<Attribute, { kind: K }>;
}

export function intOf(node: Attributed, name: string, fallback: number): number {
  return read(node, name, 'int')?.value ?? fallback;
}

export function floatOf(node: Attributed, name: string, fallback: number): number {
  return read(node, name, 'float')?.value ?? fallback;
}

export function textOf(node: Attributed, name: string, fallback: string): string {
  return read(node, name, 'string')?.value ?? fallback;
}

export function intsOf(node: Attributed, name: string): readonly number[] | undefined {
  return read(node, name, 'ints')?.value;
}

export function tensorOf(node: Attributed, name: string): Tensor | undefined {
  return read(node, name, 'tensor')?.value;
}
