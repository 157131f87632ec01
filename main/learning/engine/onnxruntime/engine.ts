import ort from 'onnxruntime-node';
import { AppError } from '../../../domain/errors.ts';
import type { Graph } from '../../network/graph.ts';
import { encode } from '../../network/onnx/encode.ts';
import type { ElementType, Tensor, Tensors } from '../../network/tensor.ts';
import { deviceIds, loweringFor } from '../devices.ts';
import { deviceLost, isLoss } from '../lostDevice.ts';
import type { CompileOptions, Engine, Program } from '../program.ts';

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

function sessionOptions({ device, threads, profilePrefix }: CompileOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(profilePrefix !== undefined && { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
}

class OnnxruntimeProgram implements Program {
  readonly #session: ort.InferenceSession;
  readonly #inputs: readonly string[];
  readonly #isProfiled: boolean;
  readonly #device: string;

  constructor(session: ort.InferenceSession, graph: Graph, { device, profilePrefix }: CompileOptions) {
    this.#session = session;
    this.#device = device;
    this.#isProfiled = profilePrefix !== undefined;
    this.#inputs = graph.inputs.map((input) => input.name);
  }

  async run(feeds: Tensors): Promise<Tensors> {
    const inputs: Record<string, ort.Tensor> = {};
    for (const name of this.#inputs) {
      const tensor = feeds[name];
      if (tensor === undefined) throw new Error(`no value for input ${name}`);
      inputs[name] = toOrt(tensor);
    }
    try {
      const outputs = await this.#session.run(inputs);
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, fromOrt(tensor)]));
    } catch (thrown) {
      throw translated(thrown, this.#device);
    }
  }

  async dispose(): Promise<void> {
    if (this.#isProfiled) this.#session.endProfiling();
    await this.#session.release();
  }
}

/** A bug of the caller: it did not ask `loweringFor` how this device wants its gradients. */
function checkLowering(graph: Graph, device: string): void {
  const isIndexed = graph.nodes.some((node) => node.opType === 'MaxPool' && node.outputs[1] !== undefined);
  if (isIndexed && loweringFor(device) === 'plain') throw new Error(`${device} gives no places of maxima`);
}

async function compile(graph: Graph, options: CompileOptions): Promise<Program> {
  checkLowering(graph, options.device);
  try {
    const session = await ort.InferenceSession.create(encode(graph), sessionOptions(options));
    return new OnnxruntimeProgram(session, graph, options);
  } catch (thrown) {
    const error = translated(thrown, options.device);
    if (error.code !== 'internal') throw error;
    throw new AppError('model-damaged', 'The engine does not accept this network.', { cause: thrown });
  }
}

/** onnxruntime. On the CPU deterministic for a fixed number of threads on one type of CPU. */
export const onnxruntime: Engine = { id: 'onnxruntime', devices: deviceIds, compile };
