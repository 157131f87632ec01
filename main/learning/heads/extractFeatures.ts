import { compile } from '../engine/compile.ts';
import type { CompileOptions } from '../engine/program.ts';
import type { Network } from '../network/network.ts';
import { casesOf } from '../network/poolSlices.ts';
import { float32, float32Data, type Tensor } from '../network/tensor.ts';
import { type FeatureTable, tableOf } from './featureTable.ts';

/** Cases as they are, without augmentation. */
export interface PlainCases {
  /** Of one case: [channels, rows, columns]. */
  readonly shape: readonly [number, number, number];
  writePlain(caseIndex: number, into: Float32Array, offset: number): void;
}

export interface ExtractOptions {
  readonly engine: CompileOptions & { readonly engine?: string };
  /** Asked between batches; what it throws ends the work. */
  readonly onBatch?: (done: number, total: number) => void;
}

const BATCH = 32;

function batchOf({ shape, writePlain }: PlainCases, cases: readonly number[]): Tensor {
  const length = shape[0] * shape[1] * shape[2];
  const x = new Float32Array(cases.length * length);
  cases.forEach((caseIndex, i) => {
    writePlain(caseIndex, x, i * length);
  });
  return float32([cases.length, ...shape], x);
}

/** Features of the cases, in their order, by a network whose logits are features (`featureNetwork`). */
export async function extractFeatures(
  network: Network,
  source: PlainCases,
  cases: readonly number[],
  { engine, onBatch }: ExtractOptions,
): Promise<FeatureTable> {
  const rows: Float32Array[] = [];
  const program = await compile({ ...network.graph, metadata: {} }, engine);
  try {
    const atOnce = casesOf(network, BATCH);
    for (let start = 0; start < cases.length; start += atOnce) {
      const batch = cases.slice(start, start + atOnce);
      const outputs = await program.run({ [network.input]: batchOf(source, batch) });
      const values = float32Data(outputs[network.logits]);
      batch.forEach((_, i) => {
        rows.push(values.slice(i * network.classes, (i + 1) * network.classes));
      });
      onBatch?.(Math.min(start + atOnce, cases.length), cases.length);
    }
  } finally {
    await program.dispose();
  }
  return tableOf(rows);
}
