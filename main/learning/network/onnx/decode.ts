import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { AppError } from '../../../domain/errors.ts';
import type { Attribute, Dimension, Graph, Node, ValueInfo } from '../graph.ts';
import type { ElementType, Tensor } from '../tensor.ts';
import { dataFromBytes, elementTypes, emptyData, sizeOf } from '../tensor.ts';

/** The bytes of a file beside the model (TensorProto.external_data, key `location`). */
export type ExternalData = (location: string) => Uint8Array;

type Fields = Readonly<Record<number, (reader: BinaryReader, wire: WireType) => void>>;

const typeNames = new Map<number, ElementType>(
  Object.entries(elementTypes).map(([name, number]) => [number, name as ElementType]),
);

/** Reads the fields of one message; fields not named are skipped, as protocol buffers ask. */
function readMessage(reader: BinaryReader, length: number, fields: Fields): void {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a message reaches past the end of the file');
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wire, field);
    else read(reader, wire);
  }
}

/** A nested message: length first, then its fields. */
function nested(reader: BinaryReader, fields: Fields): void {
  readMessage(reader, reader.uint32(), fields);
}

/** A repeated scalar field, packed or one at a time: writers do both. */
function repeated<T>(reader: BinaryReader, wire: WireType, into: T[], read: () => T): void {
  if (wire !== WireType.LengthDelimited) {
    into.push(read());
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) into.push(read());
}

function elementType(number: number, where: string): ElementType {
  const type = typeNames.get(number);
  if (type === undefined) throw new AppError('unsupported-operator', `${where} holds ONNX element type ${number}.`);
  return type;
}

function readKeyValue(reader: BinaryReader): [string, string] {
  const pair: [string, string] = ['', ''];
  nested(reader, {
    1: (r) => {
      pair[0] = r.string();
    },
    2: (r) => {
      pair[1] = r.string();
    },
  });
  return pair;
}

interface RawTensor {
  name: string;
  type: number;
  shape: number[];
  floats: number[];
  int32s: number[];
  int64s: bigint[];
  doubles: number[];
  uint64s: bigint[];
  raw: Uint8Array | undefined;
  external: Map<string, string>;
}

function readTensor(reader: BinaryReader, external: ExternalData | undefined): { name: string; tensor: Tensor } {
  const raw: RawTensor = {
    name: '',
    type: 0,
    shape: [],
    floats: [],
    int32s: [],
    int64s: [],
    doubles: [],
    uint64s: [],
    raw: undefined,
    external: new Map(),
  };
  nested(reader, {
    1: (r, w) => repeated(r, w, raw.shape, () => Number(r.int64())),
    2: (r) => {
      raw.type = r.int32();
    },
    4: (r, w) => repeated(r, w, raw.floats, () => r.float()),
    5: (r, w) => repeated(r, w, raw.int32s, () => r.int32()),
    7: (r, w) => repeated(r, w, raw.int64s, () => BigInt(r.int64())),
    8: (r) => {
      raw.name = r.string();
    },
    9: (r) => {
      raw.raw = r.bytes();
    },
    10: (r, w) => repeated(r, w, raw.doubles, () => r.double()),
    11: (r, w) => repeated(r, w, raw.uint64s, () => BigInt(r.uint64())),
    13: (r) => {
      raw.external.set(...readKeyValue(r));
    },
  });
  return { name: raw.name, tensor: tensorFrom(raw, external) };
}

function externalBytes(raw: RawTensor, external: ExternalData | undefined): Uint8Array | undefined {
  const location = raw.external.get('location');
  if (location === undefined) return undefined;
  if (external === undefined)
    throw new AppError('file-not-found', `The model keeps weights in ${location}, not given.`);
  const bytes = external(location);
  const offset = Number(raw.external.get('offset') ?? 0);
  return bytes.subarray(offset, offset + Number(raw.external.get('length') ?? bytes.length - offset));
}

function tensorFrom(raw: RawTensor, external: ExternalData | undefined): Tensor {
  const type = elementType(raw.type, `tensor ${raw.name}`);
  const size = sizeOf(raw.shape);
  const bytes = raw.raw ?? externalBytes(raw, external);
  if (bytes !== undefined) {
    const data = dataFromBytes(type, bytes);
    if (data.length !== size) throw new RangeError(`tensor ${raw.name} has ${data.length} of ${size} elements`);
    return { type, shape: raw.shape, data };
  }
  const data = emptyData(type, size);
  const values = {
    float32: raw.floats,
    float64: raw.doubles,
    int64: raw.int64s,
    uint64: raw.uint64s,
    uint32: raw.uint64s,
  };
  const source: readonly (number | bigint)[] = type in values ? values[type as keyof typeof values] : raw.int32s;
  if (source.length !== size) throw new RangeError(`tensor ${raw.name} has ${source.length} of ${size} elements`);
  const wide = type === 'int64' || type === 'uint64';
  source.forEach((value, i) => {
    data[i] = wide ? BigInt(value) : Number(value);
  });
  return { type, shape: raw.shape, data };
}

function readAttribute(reader: BinaryReader, external: ExternalData | undefined): [string, Attribute] {
  let name = '';
  let kind = 0;
  let single: Attribute = { kind: 'unsupported', value: undefined };
  const floats: number[] = [];
  const integers: number[] = [];
  const strings: string[] = [];
  const decoder = new TextDecoder();
  nested(reader, {
    1: (r) => {
      name = r.string();
    },
    2: (r) => {
      single = { kind: 'float', value: r.float() };
    },
    3: (r) => {
      single = { kind: 'int', value: Number(r.int64()) };
    },
    4: (r) => {
      single = { kind: 'string', value: decoder.decode(r.bytes()) };
    },
    5: (r) => {
      single = { kind: 'tensor', value: readTensor(r, external).tensor };
    },
    7: (r, w) => repeated(r, w, floats, () => r.float()),
    8: (r, w) => repeated(r, w, integers, () => Number(r.int64())),
    9: (r) => strings.push(decoder.decode(r.bytes())),
    20: (r) => {
      kind = r.int32();
    },
  });
  const lists: Readonly<Record<number, Attribute>> = {
    6: { kind: 'floats', value: floats },
    7: { kind: 'ints', value: integers },
    8: { kind: 'strings', value: strings },
  };
  // Proto3 writers leave out a zero: the kind says what was meant.
  const absent: Readonly<Record<number, Attribute>> = {
    1: { kind: 'float', value: 0 },
    2: { kind: 'int', value: 0 },
    3: { kind: 'string', value: '' },
  };
  const value = lists[kind] ?? (single.kind === 'unsupported' ? (absent[kind] ?? single) : single);
  return [name, value];
}

function readNode(reader: BinaryReader, external: ExternalData | undefined): Node {
  const inputs: (string | undefined)[] = [];
  const outputs: (string | undefined)[] = [];
  const attributes: Record<string, Attribute> = {};
  let name = '';
  let opType = '';
  let domain = '';
  nested(reader, {
    1: (r) => inputs.push(r.string() || undefined),
    2: (r) => outputs.push(r.string() || undefined),
    3: (r) => {
      name = r.string();
    },
    4: (r) => {
      opType = r.string();
    },
    5: (r) => {
      const [key, value] = readAttribute(r, external);
      attributes[key] = value;
    },
    7: (r) => {
      domain = r.string();
    },
  });
  return { opType, domain: domain === 'ai.onnx' ? '' : domain, name, inputs, outputs, attributes };
}

function readDimensions(reader: BinaryReader): Dimension[] {
  const shape: Dimension[] = [];
  nested(reader, {
    1: (r) => {
      let dimension: Dimension = '';
      nested(r, {
        1: (d) => {
          dimension = Number(d.int64());
        },
        2: (d) => {
          dimension = d.string();
        },
      });
      shape.push(dimension);
    },
  });
  return shape;
}

function readValueInfo(reader: BinaryReader): ValueInfo {
  let name = '';
  let type = 0;
  let shape: Dimension[] | undefined;
  const tensorType: Fields = {
    1: (r) => {
      type = r.int32();
    },
    2: (r) => {
      shape = readDimensions(r);
    },
  };
  nested(reader, {
    1: (r) => {
      name = r.string();
    },
    2: (r) => nested(r, { 1: (t) => nested(t, tensorType) }),
  });
  return { name, type: elementType(type, `value ${name}`), shape };
}

type MutableGraph = {
  -readonly [K in 'name' | 'opset']: Graph[K];
} & {
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  values: ValueInfo[];
  nodes: Node[];
  initializers: Map<string, Tensor>;
  metadata: Record<string, string>;
};

function readGraph(reader: BinaryReader, into: MutableGraph, external: ExternalData | undefined): void {
  nested(reader, {
    1: (r) => into.nodes.push(readNode(r, external)),
    2: (r) => {
      into.name = r.string();
    },
    5: (r) => {
      const { name, tensor } = readTensor(r, external);
      into.initializers.set(name, tensor);
    },
    11: (r) => into.inputs.push(readValueInfo(r)),
    12: (r) => into.outputs.push(readValueInfo(r)),
    13: (r) => into.values.push(readValueInfo(r)),
  });
}

function readOperatorSet(reader: BinaryReader, into: MutableGraph): void {
  let domain = '';
  let version = 0;
  nested(reader, {
    1: (r) => {
      domain = r.string();
    },
    2: (r) => {
      version = Number(r.int64());
    },
  });
  if (domain === '' || domain === 'ai.onnx') into.opset = version;
}

/**
 * Reads an ONNX ModelProto (onnx.proto3, IR version 3 to 10). Initializers that are also listed as inputs (IR 3) are
 * constants here, not inputs.
 * @throws AppError model-damaged (not a model), file-not-found (weights beside the file), unsupported-operator (types)
 */
export function decode(bytes: Uint8Array, external?: ExternalData): Graph {
  const graph: MutableGraph = {
    name: '',
    opset: 0,
    inputs: [],
    outputs: [],
    values: [],
    nodes: [],
    initializers: new Map(),
    metadata: {},
  };
  try {
    const reader = new BinaryReader(bytes);
    readMessage(reader, bytes.length, {
      7: (r) => readGraph(r, graph, external),
      8: (r) => readOperatorSet(r, graph),
      14: (r) => {
        const [key, value] = readKeyValue(r);
        graph.metadata[key] = value;
      },
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('model-damaged', 'This file is not a readable ONNX model.', { cause });
  }
  if (graph.opset === 0 || graph.nodes.length === 0) {
    throw new AppError('model-damaged', 'This file holds no ONNX graph.');
  }
  return { ...graph, inputs: graph.inputs.filter((input) => !graph.initializers.has(input.name)) };
}
