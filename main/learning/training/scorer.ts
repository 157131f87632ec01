import { compile } from '../engine/compile.ts';
import type { Program } from '../engine/program.ts';
import type { Graph, ValueInfo } from '../network/graph.ts';
import { buildInference } from '../network/inference.ts';
import type { Network } from '../network/network.ts';
import { casesOf } from '../network/poolSlices.ts';
import { float32, float32Data, type Tensors } from '../network/tensor.ts';
import type { EngineChoice } from './engineChoice.ts';
import { type InputSource, lengthOf } from './inputSource.ts';

/** Pictures that are scored at once; small enough for any memory that holds a training step. */
const SCORING_BATCH = 32;

/** Constants that training changes become inputs, so that one compiled program serves every epoch. */
function withInputs(graph: Graph, names: ReadonlySet<string>): Graph {
  const moved: ValueInfo[] = [];
  for (const [name, { type, shape }] of graph.initializers) if (names.has(name)) moved.push({ name, type, shape });
  const initializers = new Map([...graph.initializers].filter(([name]) => !names.has(name)));
  return { ...graph, inputs: [...graph.inputs, ...moved], initializers };
}

/** Runs a network in evaluation mode over cases. */
export class Scorer {
  readonly #program: Program;
  readonly #network: Network;

  private constructor(program: Program, network: Network) {
    this.#program = program;
    this.#network = network;
  }

  /** `changing` names the constants that are given with each call; none: the network as it stands. */
  static async compile(network: Network, engine: EngineChoice, changing: Iterable<string> = []): Promise<Scorer> {
    const graph = withInputs(buildInference(network), new Set(changing));
    return new Scorer(await compile(graph, engine), network);
  }

  /** Logits [case][class] of the plain cases. */
  async logits(source: InputSource, cases: readonly number[], state: Tensors = {}): Promise<number[][]> {
    const { input, classes } = this.#network;
    const length = lengthOf(source);
    const rows: number[][] = [];
    const atOnce = casesOf(this.#network, SCORING_BATCH);
    for (let start = 0; start < cases.length; start += atOnce) {
      const batch = cases.slice(start, start + atOnce);
      const x = new Float32Array(batch.length * length);
      batch.forEach((caseIndex, i) => {
        source.writePlain(caseIndex, x, i * length);
      });
      const outputs = await this.#program.run({ ...state, [input]: float32([batch.length, ...source.shape], x) });
      const logits = float32Data(outputs.logits);
      batch.forEach((_, i) => {
        rows.push([...logits.subarray(i * classes, (i + 1) * classes)]);
      });
    }
    return rows;
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
