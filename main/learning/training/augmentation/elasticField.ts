import { type AugmentationPlace, streamAt } from './drawAugmentation.ts';
import { smooth } from './smooth.ts';

/** Displacement of each pixel, row-major, pixels. */
export interface DisplacementField {
  readonly columns: Float64Array;
  readonly rows: Float64Array;
}

/** The smoothed field is computed on nodes this many to a standard deviation apart and is a straight line in between. */
const NODES_PER_DEVIATION = 3;

function randomNodes(next: () => number, nodes: number, standardDeviation: number): Float64Array {
  const values = Float64Array.from({ length: nodes * nodes }, () => 2 * next() - 1);
  return smooth(values, nodes, standardDeviation);
}

/** Bilinear between nodes that lie `step` pixels apart. */
function betweenNodes(values: Float64Array, nodes: number, size: number, step: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let v = 0; v < size; v++) {
    const row = Math.min(nodes - 2, Math.floor(v / step));
    const below = v / step - row;
    for (let u = 0; u < size; u++) {
      const column = Math.min(nodes - 2, Math.floor(u / step));
      const right = u / step - column;
      const at = row * nodes + column;
      const top = (values[at] ?? 0) * (1 - right) + (values[at + 1] ?? 0) * right;
      const bottom = (values[at + nodes] ?? 0) * (1 - right) + (values[at + nodes + 1] ?? 0) * right;
      out[v * size + u] = top * (1 - below) + bottom * below;
    }
  }
  return out;
}

/**
 * Elastic deformation of Simard, Steinkraus and Platt ("Best practices for convolutional neural networks", 2003): uniform
 * random displacements, smoothed by a Gaussian, scaled so that their root mean square is `amount` pixels.
 */
export function elasticField(
  size: number,
  { amount, smoothness }: { readonly amount: number; readonly smoothness: number },
  place: AugmentationPlace,
): DisplacementField {
  const next = streamAt(place, 'augment/elastic');
  const step = Math.max(1, smoothness / NODES_PER_DEVIATION);
  const nodes = Math.max(2, Math.ceil((size - 1) / step) + 1);
  const [columns, rows] = [0, 1].map(() =>
    betweenNodes(randomNodes(next, nodes, smoothness / step), nodes, size, step),
  ) as [Float64Array, Float64Array];
  let squares = 0;
  for (let i = 0; i < columns.length; i++) squares += (columns[i] ?? 0) ** 2 + (rows[i] ?? 0) ** 2;
  const scale = amount / Math.sqrt(squares / columns.length);
  return { columns: columns.map((value) => value * scale), rows: rows.map((value) => value * scale) };
}
