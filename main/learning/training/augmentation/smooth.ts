/** Weights of a Gaussian from -radius to radius with sum 1; the radius is three standard deviations. */
export function gaussianWeights(standardDeviation: number): Float64Array {
  const radius = Math.max(1, Math.ceil(3 * standardDeviation));
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * standardDeviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Along the rows of a square of `size`; writes its transpose, so that two calls smooth both ways. */
function smoothTransposed(values: Float64Array, size: number, weights: Float64Array): Float64Array {
  const radius = (weights.length - 1) / 2;
  const out = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        const at = Math.min(size - 1, Math.max(0, column + k - radius));
        sum += (weights[k] ?? 0) * (values[row * size + at] ?? 0);
      }
      out[column * size + row] = sum;
    }
  }
  return out;
}

/** Gaussian smoothing of a square of `size`, row-major; the border is repeated outwards. */
export function smooth(values: Float64Array, size: number, standardDeviation: number): Float64Array {
  const weights = gaussianWeights(standardDeviation);
  return smoothTransposed(smoothTransposed(values, size, weights), size, weights);
}
