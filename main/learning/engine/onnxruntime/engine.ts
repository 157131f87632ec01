import ort from 'onnxruntime-node';
import { AppError } from '../../../domain/errors.ts';
import type { Graph, ValueInfo } from '../../network/graph.ts';
import { encode } from '../../network/onnx/encode.ts';
import { type ElementType, emptyData, sizeOf, type Tensor, type Tensors } from '../../network/tensor.ts';
import { deviceIds, loweringFor } from '../devices.ts';
import { deviceLost, isLoss } from '../lostDevice.ts';
import type { CompileOptions, Engine, Program } from '../program.ts';
import { endedSilently, silentName, withSilentOutput } from './silentOutputs.ts';

type OrtData = Float32Array | Float64Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

const supported: ReadonlySet<string> = new Set(['float32', 'float64', 'uint8', 'int8', 'int32', 'int64', 'bool']);

function toOrt({ type, data, shape }: Tensor): ort.Tensor {
  if (!supported.has(type)) throw new Error(`${type} tensors are not passed to onnxruntime`);
  return new ort.Tensor(type as 'float32', data as OrtData as Float32Array, shape);
}

function fromOrt(tensor: ort.Tensor): Tensor {
  if (!supported.has(tensor.type)) throw new Error(`onnxruntime gave a ${tensor.type} tensor`);
  return { type: tensor.type as ElementType, shape: tensor.dims, data: tensor.data as OrtData };
}

/** onnxruntime reports everything as one kind of error; its text tells what happened. */
function translated(thrown: unknown, device: string): AppError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (isLoss(message)) return deviceLost(device, thrown);
  if (/WebGPU adapter|backend not found|failed to (load|find) .*(library|provider)|execution provider/i.test(message)) {
    const reason = message
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^.*was false\. /, '')
      .replace(/[.\s]*$/, '.');
    return new AppError('unsupported-device', `The device ${device} cannot be used on this machine: ${reason}`, {
      cause: thrown,
    });
  }
  if (/bad_alloc|failed to allocate|out of memory|bad allocation|array buffer allocation/i.test(message)) {
    const advice = 'Not enough memory for this network. A smaller batch or image size needs less.';
    return new AppError('out-of-memory', advice, { cause: thrown });
  }
  if (/invalid dimensions|shape mismatch|Got: .* Expected:/i.test(message)) {
    return new AppError('shape-mismatch', 'The data do not have the shape the network expects.', { cause: thrown });
  }
  return new AppError('internal', 'The engine stopped with an error.', { cause: thrown });
}

function sessionOptions({
  device,
  threads,
  profilePrefix,
  isWrittenInto,
}: CompileOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // A pattern is one block for all that lives in a run, found in the first run and taken beside what that run needed:
    // twice the memory of a training step, for no time that could be measured.
    ...(isWrittenInto && { enableMemPattern: false }),
    ...(profilePrefix !== undefined && { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
}

/** What of a graph is needed after it was compiled; its constants are not held. */
type Ends = Pick<Graph, 'inputs' | 'outputs'>;

function inputsOf({ inputs }: Ends, feeds: Tensors): Record<string, ort.Tensor> {
  return Object.fromEntries(
    inputs.map(({ name }) => {
      const tensor = feeds[name];
      if (tensor === undefined) throw new Error(`no value for input ${name}`);
      return [name, toOrt(tensor)];
    }),
  );
}

class OnnxruntimeProgram implements Program {
  readonly #session: ort.InferenceSession;
  readonly #ends: Ends;
  readonly #isProfiled: boolean;
  readonly #device: string;

  constructor(session: ort.InferenceSession, graph: Graph, { device, profilePrefix }: CompileOptions) {
    this.#session = session;
    this.#device = device;
    this.#isProfiled = profilePrefix !== undefined;
    this.#ends = { inputs: graph.inputs, outputs: graph.outputs };
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Tensors> {
    const fetches = Object.fromEntries(
      this.#ends.outputs.map(({ name }) => [name, into[name] === undefined ? null : toOrt(into[name])]),
    );
    try {
      const outputs = await this.#session.run(inputsOf(this.#ends, feeds), fetches);
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, into[name] ?? fromOrt(tensor)]));
    } catch (thrown) {
      throw translated(thrown, this.#device);
    }
  }

  async dispose(): Promise<void> {
    if (this.#isProfiled) this.#session.endProfiling();
    await this.#session.release();
  }
}

/** A program whose outputs are all written to memory that is there before the run. */
class WrittenProgram implements Program {
  readonly isWrittenInto = true;
  readonly #session: ort.InferenceSession;
  readonly #ends: Ends;
  readonly #isProfiled: boolean;

  constructor(session: ort.InferenceSession, graph: Graph, { profilePrefix }: CompileOptions) {
    this.#session = session;
    this.#ends = { inputs: graph.inputs, outputs: graph.outputs };
    this.#isProfiled = profilePrefix !== undefined;
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Tensors> {
    const outputs = Object.fromEntries(
      this.#ends.outputs.map((output) => [output.name, into[output.name] ?? emptyOf(output)]),
    );
    const fetches: Record<string, ort.Tensor | null> = { [silentName]: null };
    for (const [name, tensor] of Object.entries(outputs)) fetches[name] = toOrt(tensor);
    try {
      await this.#session.run(inputsOf(this.#ends, feeds), fetches);
    } catch (thrown) {
      if (!endedSilently(thrown)) throw translated(thrown, 'cpu');
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    if (this.#isProfiled) this.#session.endProfiling();
    await this.#session.release();
  }
}

function emptyOf({ name, type, shape }: ValueInfo): Tensor {
  if (shape?.every((extent) => typeof extent === 'number') !== true) throw new Error(`${name} has no fixed shape`);
  const extents = shape.map(Number);
  return { type, shape: extents, data: emptyData(type, sizeOf(extents)) };
}

/** Of the outputs that can be held: the smallest costs nothing to hold. */
function smallestOutput({ outputs }: Graph): string | undefined {
  const sizes = outputs.flatMap(({ name, type, shape }) =>
    type === 'float32' ? [{ name, size: sizeOf(shape?.map(Number) ?? []) }] : [],
  );
  return sizes.toSorted((a, b) => a.size - b.size)[0]?.name;
}

/** A bug of the caller: it did not ask `loweringFor` how this device wants its gradients. */
function checkLowering(graph: Graph, device: string): void {
  const isIndexed = graph.nodes.some((node) => node.opType === 'MaxPool' && node.outputs[1] !== undefined);
  if (isIndexed && loweringFor(device) === 'plain') throw new Error(`${device} gives no places of maxima`);
}

async function compile(graph: Graph, options: CompileOptions): Promise<Program> {
  checkLowering(graph, options.device);
  const source = options.isWrittenInto && options.device === 'cpu' ? smallestOutput(graph) : undefined;
  try {
    const model = source === undefined ? encode(graph) : withSilentOutput(encode(graph), source);
    const session = await ort.InferenceSession.create(model, sessionOptions(options));
    if (source !== undefined) return new WrittenProgram(session, graph, options);
    return new OnnxruntimeProgram(session, graph, options);
  } catch (thrown) {
    const error = translated(thrown, options.device);
    if (error.code !== 'internal') throw error;
    throw new AppError('model-damaged', 'The engine does not accept this network.', { cause: thrown });
  }
}

/** onnxruntime. On the CPU deterministic for a fixed number of threads on one type of CPU. */
export const onnxruntime: Engine = { id: 'onnxruntime', devices: deviceIds, compile };
