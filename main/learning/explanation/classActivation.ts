import type { Scores } from '../network/network.ts';

/** A layer's output for one image: `channels` planes of `rows` x `columns`, C order. */
export interface FeatureMap {
  readonly data: ArrayLike<number>;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** A coarse map, row-major, before ReLU and normalisation. */
export interface Grid {
  readonly values: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
}

function weightedSum(map: FeatureMap, weightOf: (channel: number) => number): Grid {
  const size = map.rows * map.columns;
  if (map.data.length !== map.channels * size) throw new Error('a feature map does not have the size of its shape');
  const sum = new Float64Array(size);
  for (let channel = 0; channel < map.channels; channel++) {
    const weight = weightOf(channel);
    for (let i = 0; i < size; i++) sum[i] = (sum[i] ?? 0) + weight * (map.data[channel * size + i] ?? 0);
  }
  return { values: Float32Array.from(sum), rows: map.rows, columns: map.columns };
}

/**
 * Class activation map: the channels weighted as the dense layer after global average pooling weighs them for one class.
 * Its mean plus the bias is that class's logit. Zhou et al., CVPR 2016.
 */
export function camFromWeights(map: FeatureMap, weights: ArrayLike<number>): Grid {
  if (weights.length !== map.channels) throw new Error('a class has not one weight per channel');
  return weightedSum(map, (channel) => weights[channel] ?? 0);
}

/**
 * Grad-CAM: each channel weighted by the mean over the plane of the class score's gradient there. Selvaraju et al., ICCV
 * 2017, without its final ReLU, which the display applies. `gradients` has the feature map's layout. After global
 * average pooling and one dense layer it is `camFromWeights` divided by rows x columns.
 */
export function gradCam(map: FeatureMap, gradients: ArrayLike<number>): Grid {
  const size = map.rows * map.columns;
  return weightedSum(map, (channel) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += gradients[channel * size + i] ?? 0;
    return sum / size;
  });
}

/**
 * Grad-CAM++: positive gradients weighted by g^2 / (2 g^2 + sum(A) g^3), the closed form for an exponential score;
 * the common factor exp(score) is left out. Chattopadhyay et al., WACV 2018, equations 10 to 19.
 */
export function gradCamPlusPlus(map: FeatureMap, gradients: ArrayLike<number>): Grid {
  const size = map.rows * map.columns;
  return weightedSum(map, (channel) => {
    const from = channel * size;
    let activation = 0;
    for (let i = 0; i < size; i++) activation += map.data[from + i] ?? 0;
    let weight = 0;
    for (let i = 0; i < size; i++) {
      const g = gradients[from + i] ?? 0;
      const denominator = 2 * g * g + activation * g * g * g;
      if (g > 0 && denominator !== 0) weight += (g * g * g) / denominator;
    }
    return weight;
  });
}

/**
 * What a map explains, as coefficients of the logits. Softmax: the class's logit minus the mean of the others', for
 * softmax sees only differences and a single logit could hold any constant common to all. Labels and numbers: their own logit.
 */
export function contrastOf(classIndex: number, classCount: number, scores: Scores = 'softmax') {
  const others = scores === 'softmax' && classCount > 1 ? -1 / (classCount - 1) : 0;
  return Float32Array.from({ length: classCount }, (_, k) => (k === classIndex ? 1 : others));
}

/** The dense layer's weights [classCount, channels] combined by a contrast: one weight per channel. */
export function contrastWeights(dense: ArrayLike<number>, channels: number, contrast: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let k = 0; k < contrast.length; k++) sum += (contrast[k] ?? 0) * (dense[k * channels + channel] ?? 0);
    return sum;
  });
}
