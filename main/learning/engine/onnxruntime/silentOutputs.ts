import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * onnxruntime-node copies every output into a new array after each run, also those it was given memory for and has
 * written there: for a training step that is the whole state, once more in memory and in time. It has no option against
 * it, but converts outputs in the order of the graph, and refuses one that is no tensor. With such an output before all
 * others it stops there: everything has been computed, nothing is copied.
 */
export const silentName = 'groundglass.silent';

/** Its words for an output that is no tensor (js/node/src/tensor_helper.cc of onnxruntime 1.30). */
const refusal = /^Non tensor type is temporarily not supported/;

function field(writer: BinaryWriter, number: number, write: () => void): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, number: number, value: string): void {
  writer.tag(number, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, number: number, value: number): void {
  writer.tag(number, WireType.Varint).int64(value);
}

/** NodeProto: a sequence of one tensor. */
function writeSequence(writer: BinaryWriter, source: string): void {
  text(writer, 1, source);
  text(writer, 2, silentName);
  text(writer, 4, 'SequenceConstruct');
}

/** ValueInfoProto: a sequence of float tensors. */
function writeOutput(writer: BinaryWriter): void {
  text(writer, 1, silentName);
  const float = () => field(writer, 1, () => integer(writer, 1, 1));
  field(writer, 2, () => field(writer, 4, () => field(writer, 1, float)));
}

/**
 * A model with the silent output before its own. In a protobuf message two parts of one field are merged in their order.
 * @param source a small float output, which the silent one holds
 */
export function withSilentOutput(model: Uint8Array, source: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  field(writer, 7, () => {
    field(writer, 1, () => writeSequence(writer, source));
    field(writer, 12, () => writeOutput(writer));
  });
  const part = writer.finish();
  const whole = new Uint8Array(part.length + model.length);
  whole.set(part);
  whole.set(model, part.length);
  return whole;
}

/** Whether a run ended where its outputs would have been copied. */
export function endedSilently(thrown: unknown): boolean {
  return thrown instanceof Error && refusal.test(thrown.message);
}
