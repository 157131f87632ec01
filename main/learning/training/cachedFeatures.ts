import { compile } from '../engine/compile.ts';
import { buildFeatures } from '../network/inference.ts';
import type { Network } from '../network/network.ts';
import { casesOf } from '../network/poolSlices.ts';
import { float32, float32Data } from '../network/tensor.ts';
import type { EngineChoice } from './engineChoice.ts';
import { featureSource, type InputSource, lengthOf } from './inputSource.ts';

const BATCH = 32;

/** Which slices of a case there are: the last value of each, out of its last channel. */
const marksOf = (input: Float32Array, count: number): number[] =>
  Array.from({ length: count }, (_, slice) => input[((slice + 1) * input.length) / count - 1] ?? 0);

/** Features of the slices of a case, each followed by a channel of its mark, as the network after the base reads them. */
function withMarks(values: Float32Array, marks: readonly number[], area: number): Float32Array {
  const each = values.length / marks.length;
  const into = new Float32Array(values.length + marks.length * area);
  marks.forEach((mark, slice) => {
    const at = slice * (each + area);
    into.set(values.subarray(slice * each, (slice + 1) * each), at);
    into.fill(mark, at + each, at + each + area);
  });
  return into;
}

/** Runs the frozen base once over the plain cases; the result stands in for the pictures. */
export async function cacheFeatures(
  network: Network,
  layer: string,
  source: InputSource,
  cases: readonly number[],
  engine: EngineChoice,
): Promise<InputSource> {
  const program = await compile(buildFeatures(network, layer), engine);
  const { slices } = network;
  const features = new Map<number, Float32Array>();
  let shape: InputSource['shape'] = [0, 0, 0];
  const length = lengthOf(source);
  try {
    const atOnce = casesOf(network, BATCH);
    for (let start = 0; start < cases.length; start += atOnce) {
      const batch = cases.slice(start, start + atOnce);
      const x = new Float32Array(batch.length * length);
      batch.forEach((caseIndex, i) => {
        source.writePlain(caseIndex, x, i * length);
      });
      const outputs = await program.run({ [network.input]: float32([batch.length, ...source.shape], x) });
      const values = float32Data(outputs[layer]);
      const [, channels = 0, rows = 0, columns = 0] = outputs[layer]?.shape ?? [];
      shape = [slices ? slices.count * (channels + 1) : channels, rows, columns];
      const each = values.length / batch.length;
      batch.forEach((caseIndex, i) => {
        const own = values.slice(i * each, (i + 1) * each);
        const marks = slices && marksOf(x.subarray(i * length, (i + 1) * length), slices.count);
        features.set(caseIndex, marks ? withMarks(own, marks, rows * columns) : own);
      });
    }
  } finally {
    await program.dispose();
  }
  return featureSource(features, shape);
}
