import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, Dimension, Graph, Node, ValueInfo } from '../graph.ts';
import type { Tensor } from '../tensor.ts';
import { elementTypes } from '../tensor.ts';

/** IR version 8 is the first that knows opset 18 and the last that every reader since 2022 accepts. */
const irVersion = 8;

const attributeKinds = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function string(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function writeTensor(writer: BinaryWriter, name: string, tensor: Tensor): void {
  if (tensor.shape.length > 0) {
    message(writer, 1, () => {
      for (const extent of tensor.shape) writer.int64(extent);
    });
  }
  integer(writer, 2, elementTypes[tensor.type]);
  if (name !== '') string(writer, 8, name);
  const { buffer, byteOffset, byteLength } = tensor.data;
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(buffer, byteOffset, byteLength));
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  if (attribute.kind === 'unsupported') throw new Error(`attribute ${name} cannot be written`);
  string(writer, 1, name);
  const encoder = new TextEncoder();
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      integer(writer, 3, attribute.value);
      break;
    case 'string':
      writer.tag(4, WireType.LengthDelimited).bytes(encoder.encode(attribute.value));
      break;
    case 'tensor':
      message(writer, 5, () => writeTensor(writer, '', attribute.value));
      break;
    case 'floats':
      for (const value of attribute.value) writer.tag(7, WireType.Bit32).float(value);
      break;
    case 'ints':
      for (const value of attribute.value) integer(writer, 8, value);
      break;
    case 'strings':
      for (const value of attribute.value) writer.tag(9, WireType.LengthDelimited).bytes(encoder.encode(value));
      break;
  }
  integer(writer, 20, attributeKinds[attribute.kind]);
}

/** Trailing inputs and outputs left out are not written; left-out ones in the middle are the empty name. */
function writeNames(writer: BinaryWriter, field: number, names: readonly (string | undefined)[]): void {
  const last = names.findLastIndex((name) => name !== undefined);
  for (const name of names.slice(0, last + 1)) string(writer, field, name ?? '');
}

function writeNode(writer: BinaryWriter, node: Node): void {
  writeNames(writer, 1, node.inputs);
  writeNames(writer, 2, node.outputs);
  if (node.name !== '') string(writer, 3, node.name);
  string(writer, 4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    message(writer, 5, () => writeAttribute(writer, name, attribute));
  }
  if (node.domain !== '') string(writer, 7, node.domain);
}

function writeDimension(writer: BinaryWriter, dimension: Dimension): void {
  message(writer, 1, () => {
    if (typeof dimension === 'number') integer(writer, 1, dimension);
    else if (dimension !== '') string(writer, 2, dimension);
  });
}

function writeValueInfo(writer: BinaryWriter, info: ValueInfo): void {
  string(writer, 1, info.name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      integer(writer, 1, elementTypes[info.type]);
      const { shape } = info;
      if (shape !== undefined) {
        message(writer, 2, () => {
          for (const dimension of shape) writeDimension(writer, dimension);
        });
      }
    }),
  );
}

function writeGraph(writer: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  string(writer, 2, graph.name || 'network');
  for (const [name, tensor] of graph.initializers) message(writer, 5, () => writeTensor(writer, name, tensor));
  for (const info of graph.inputs) message(writer, 11, () => writeValueInfo(writer, info));
  for (const info of graph.outputs) message(writer, 12, () => writeValueInfo(writer, info));
  for (const info of graph.values) message(writer, 13, () => writeValueInfo(writer, info));
}

/**
 * Writes an ONNX ModelProto. The bytes are a function of the graph alone: attributes and metadata are sorted, nothing
 * about the time, the machine or the program's version is added.
 */
export function encode(graph: Graph): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  integer(writer, 1, irVersion);
  string(writer, 2, 'groundglass');
  message(writer, 7, () => writeGraph(writer, graph));
  const domains = new Set(graph.nodes.map((node) => node.domain).filter((domain) => domain !== ''));
  message(writer, 8, () => integer(writer, 2, graph.opset));
  for (const domain of [...domains].sort()) {
    message(writer, 8, () => {
      string(writer, 1, domain);
      integer(writer, 2, 1);
    });
  }
  for (const [key, value] of Object.entries(graph.metadata).sort(([a], [b]) => (a < b ? -1 : 1))) {
    message(writer, 14, () => {
      string(writer, 1, key);
      string(writer, 2, value);
    });
  }
  return writer.finish();
}
