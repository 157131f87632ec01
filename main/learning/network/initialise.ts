import { randomStream } from '../../domain/random.ts';
import type { Tensor } from './tensor.ts';
import { float32, sizeOf } from './tensor.ts';

/** Normal numbers by Box and Muller (1958), two from each pair of uniforms. */
function normals(count: number, deviation: number, seed: number, name: string): Float32Array {
  const next = randomStream(seed, 'weights', name);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/**
 * Filters [output, input / group, row, column] for layers followed by a rectifier: normal with variance 2 / fan-out
 * (He et al., 2015, eq. 14), as torchvision starts its ResNets. A function of the seed and the parameter's name.
 */
export function heNormal(shape: readonly number[], seed: number, name: string): Tensor {
  const fanOut = (shape[0] ?? 1) * sizeOf(shape.slice(2));
  return normal(shape, Math.sqrt(2 / fanOut), seed, name);
}

/** Normal with mean 0. */
export function normal(shape: readonly number[], deviation: number, seed: number, name: string): Tensor {
  return float32(shape, normals(sizeOf(shape), deviation, seed, name));
}

/** Dense weights: uniform within 1 / sqrt(fan-in). */
export function denseUniform(shape: readonly number[], fanIn: number, seed: number, name: string): Tensor {
  const next = randomStream(seed, 'weights', name);
  const limit = 1 / Math.sqrt(fanIn);
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => limit * (2 * next() - 1)),
  );
}
