import { compile } from '../engine/compile.ts';
import { buildFeatures } from '../network/inference.ts';
import type { Network } from '../network/network.ts';
import { float32, float32Data } from '../network/tensor.ts';
import type { EngineChoice } from './engineChoice.ts';
import { featureSource, type InputSource, lengthOf } from './inputSource.ts';

const BATCH = 32;

/** Runs the frozen base once over the plain cases; the result stands in for the pictures. */
export async function cacheFeatures(
  network: Network,
  layer: string,
  source: InputSource,
  cases: readonly number[],
  engine: EngineChoice,
): Promise<InputSource> {
  const program = await compile(buildFeatures(network, layer), engine);
  const features = new Map<number, Float32Array>();
  let shape: InputSource['shape'] = [0, 0, 0];
  const length = lengthOf(source);
  try {
    for (let start = 0; start < cases.length; start += BATCH) {
      const batch = cases.slice(start, start + BATCH);
      const x = new Float32Array(batch.length * length);
      batch.forEach((caseIndex, i) => {
        source.writePlain(caseIndex, x, i * length);
      });
      const outputs = await program.run({ [network.input]: float32([batch.length, ...source.shape], x) });
      const values = float32Data(outputs[layer]);
      const [, channels = 0, rows = 0, columns = 0] = outputs[layer]?.shape ?? [];
      shape = [channels, rows, columns];
      const each = values.length / batch.length;
      batch.forEach((caseIndex, i) => {
        features.set(caseIndex, values.slice(i * each, (i + 1) * each));
      });
    }
  } finally {
    await program.dispose();
  }
  return featureSource(features, shape);
}
