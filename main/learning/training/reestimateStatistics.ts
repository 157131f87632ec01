import { compile } from '../engine/compile.ts';
import { buildBatchStatistics, statisticNames } from '../network/batchStatistics.ts';
import { type Network, withState } from '../network/network.ts';
import { casesOf } from '../network/poolSlices.ts';
import { nextName } from '../network/stepState.ts';
import { float32, float32Data, type Tensors } from '../network/tensor.ts';
import type { EngineChoice } from './engineChoice.ts';
import { type InputSource, lengthOf } from './inputSource.ts';

const BATCH = 32;

/**
 * The network with the statistics of its batch normalisations measured on the given cases, plain: the mean over batches
 * of what each batch shows. Batches are whole; the last one is filled up from the first cases.
 */
export async function reestimateStatistics(
  network: Network,
  source: InputSource,
  cases: readonly number[],
  engine: EngineChoice,
): Promise<Network> {
  const names = statisticNames(network);
  if (names.length === 0) return network;
  const batchSize = Math.min(casesOf(network, BATCH), cases.length);
  const length = lengthOf(source);
  const program = await compile(buildBatchStatistics(network, [batchSize, ...source.shape]), engine);
  const sums = new Map<string, Float64Array>();
  const batches = Math.ceil(cases.length / batchSize);
  try {
    for (let batch = 0; batch < batches; batch++) {
      const x = new Float32Array(batchSize * length);
      for (let i = 0; i < batchSize; i++)
        source.writePlain(cases[(batch * batchSize + i) % cases.length] ?? 0, x, i * length);
      const outputs = await program.run({ [network.input]: float32([batchSize, ...source.shape], x) });
      for (const name of names) addTo(sums, name, float32Data(outputs[nextName(name)]));
    }
  } finally {
    await program.dispose();
  }
  const means: Tensors = Object.fromEntries(
    [...sums].map(([name, sum]) => [
      name,
      float32(
        [sum.length],
        Float32Array.from(sum, (value) => value / batches),
      ),
    ]),
  );
  return withState(network, means);
}

function addTo(sums: Map<string, Float64Array>, name: string, values: Float32Array): void {
  const sum = sums.get(name) ?? new Float64Array(values.length);
  values.forEach((value, i) => {
    sum[i] = (sum[i] ?? 0) + value;
  });
  sums.set(name, sum);
}
