import type { Preprocessing } from '../../../contract/models.ts';
import { maxLevel } from '../../dataset/preprocess.ts';
import type { DrawnAugmentation } from './drawAugmentation.ts';
import { elasticField } from './elasticField.ts';
import { erase } from './erase.ts';
import { addNoise, bendGreys } from './greyChanges.ts';
import { smooth } from './smooth.ts';
import { warpLevels } from './warpLevels.ts';

/** Less blur than this moves no level by a grey step. */
const LEAST_BLUR = 0.1;

function changedLevels(levels: Uint16Array, size: number, drawn: DrawnAugmentation): Float64Array {
  const { place, warp, elastic, blur, window, gamma } = drawn;
  const field = elastic.amount > 0 ? elasticField(size, elastic, place) : undefined;
  const warped = warpLevels(levels, size, warp, field);
  const blurred = blur > LEAST_BLUR ? smooth(warped, size, blur) : warped;
  if (gamma !== 1 || window[0] !== 0 || window[1] !== 1) bendGreys(blurred, window, gamma);
  return blurred;
}

/**
 * Writes the changed, normalised picture into `into` at `offset` as [channels, size, size]: warped once, black outside,
 * then blur, window, gamma, contrast and brightness, noise, erasing; the same in every channel.
 */
export function writeAugmented(
  levels: Uint16Array,
  preprocessing: Preprocessing,
  drawn: DrawnAugmentation,
  into: Float32Array,
  offset: number,
): void {
  const { size, channels, mean, standardDeviation } = preprocessing;
  const changed = changedLevels(levels, size, drawn);
  const scale = drawn.contrast / (maxLevel * standardDeviation);
  const shift = drawn.brightness - (drawn.contrast * mean) / standardDeviation;
  for (let i = 0; i < changed.length; i++) into[offset + i] = (changed[i] ?? 0) * scale + shift;
  const area = size * size;
  if (drawn.noise > 0) addNoise(into, offset, area, drawn.noise, drawn.noisePlace ?? drawn.place);
  if (drawn.erasing > 0) erase(into, offset, preprocessing, drawn.erasing, drawn.place);
  for (let channel = 1; channel < channels; channel++) into.copyWithin(offset + channel * area, offset, offset + area);
}
