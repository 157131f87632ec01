import { areaOf, type Box } from './erase.ts';
import type { Mixture } from './mixture.ts';

/** A training batch as it is fed: pictures [batch, channels, size, size], targets [batch, classes], weights [batch] or [batch, labels]. */
export interface BatchArrays {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly sampleWeight: Float32Array;
}

const blend = (own: number | undefined, other: number | undefined, share: number): number =>
  (own ?? 0) * share + (other ?? 0) * (1 - share);

function blendRow(
  into: Float32Array,
  from: Float32Array,
  length: number,
  position: number,
  { partner, share }: Mixture,
): void {
  for (let k = 0; k < length; k++)
    into[position * length + k] = blend(from[position * length + k], from[partner * length + k], share);
}

/** The mean of both, by share and weight; 0 where neither weighs anything. */
function blendWeighted(
  into: Float32Array,
  from: Float32Array,
  weights: Float32Array,
  length: number,
  position: number,
  { partner, share }: Mixture,
): void {
  for (let k = 0; k < length; k++) {
    const [own, other] = [position * length + k, partner * length + k];
    const [mine, theirs] = [share * (weights[own] ?? 0), (1 - share) * (weights[other] ?? 0)];
    const sum = mine * (from[own] ?? 0) + theirs * (from[other] ?? 0);
    into[own] = mine + theirs > 0 ? sum / (mine + theirs) : 0;
  }
}

function copyBox(into: Float32Array, from: Float32Array, to: number, start: number, size: number, box: Box): void {
  for (let row = box.top; row < box.bottom; row++) {
    const at = row * size;
    into.set(from.subarray(start + at + box.left, start + at + box.right), to + at + box.left);
  }
}

/**
 * Mixes the pictures of a batch with each other, in place: mixup blends them, cutmix copies a rectangle in every channel.
 * Targets become shares of both answers, with sum 1 where they had it; a case weighs what its parts weigh, by share.
 */
export function mixBatch(
  { x, y, sampleWeight }: BatchArrays,
  [channels, size]: readonly [number, number, number],
  mixtures: readonly (Mixture | undefined)[],
): void {
  if (mixtures.every((mixture) => mixture === undefined)) return;
  const plain = { x: x.slice(), y: y.slice(), sampleWeight: sampleWeight.slice() };
  const count = mixtures.length;
  const length = x.length / count;
  mixtures.forEach((mixture, position) => {
    if (!mixture) return;
    const { box, partner } = mixture;
    if (!box) blendRow(x, plain.x, length, position, mixture);
    else if (areaOf(box) > 0)
      for (let channel = 0; channel < channels; channel++) {
        const at = channel * size * size;
        copyBox(x, plain.x, position * length + at, partner * length + at, size, box);
      }
    // Labels have a weight each: one that was not answered has no part in what the mixture is to say of it.
    if (sampleWeight.length > count) blendWeighted(y, plain.y, plain.sampleWeight, y.length / count, position, mixture);
    else blendRow(y, plain.y, y.length / count, position, mixture);
    blendRow(sampleWeight, plain.sampleWeight, sampleWeight.length / count, position, mixture);
  });
}
