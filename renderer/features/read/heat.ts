import type { Prediction } from '../../../main/contract/models.ts';
import { type ColourMap, colourMaps } from '../../../main/domain/colourMaps.ts';
import type { DisplayImage } from '../../viewer/displayImage.ts';
import { camRange, neutralLevel, resampleCam } from '../../viewer/heatMap.ts';

export type HeatMethod = 'gradcam' | 'gradcam++' | 'cam';

/** What the person wants to see of a model; shared by all viewports. */
export interface HeatChoice {
  readonly modelId: string | undefined;
  readonly isOn: boolean;
  readonly opacity: number;
  readonly colourMap: ColourMap['name'];
  readonly method: HeatMethod;
  /** Undefined: the predicted class. */
  readonly className: string | undefined;
  /** Which views of a picture are averaged: an id of `viewPresets`. */
  readonly views: string;
}

export const startHeat: HeatChoice = {
  modelId: undefined,
  isOn: true,
  opacity: 0.5,
  colourMap: 'inferno',
  method: 'gradcam',
  className: undefined,
  views: 'none',
};

export const heatMethods: readonly HeatMethod[] = ['gradcam', 'gradcam++', 'cam'];

const newestFirst = (a: Prediction, b: Prediction): number => b.createdAt.localeCompare(a.createdAt);

/** The latest scores of an image. */
export const scoresFor = (predictions: readonly Prediction[], imageId: string): Prediction | undefined =>
  predictions.filter((prediction) => prediction.imageId === imageId).sort(newestFirst)[0];

/** The latest answer about the whole series, of a model that looks at several slices together. */
export const seriesAnswer = (predictions: readonly Prediction[]): Prediction | undefined =>
  predictions.filter(({ slices }) => slices !== undefined).sort(newestFirst)[0];

/** What a map explains unless told otherwise: the predicted class; of a number or of labels what the core chose. */
const explained = ({ classes, predicted, cam }: Prediction): string | undefined =>
  classes.includes(predicted) ? predicted : cam?.className;

/** Whether the map of a prediction is the one asked for. */
export const showsChoice = (prediction: Prediction, choice: HeatChoice): boolean =>
  prediction.cam?.method === choice.method && prediction.cam.className === (choice.className ?? explained(prediction));

/** The latest prediction of an image whose map is the one asked for. */
export const mapFor = (
  predictions: readonly Prediction[],
  imageId: string,
  choice: HeatChoice,
): Prediction | undefined =>
  predictions.filter((p) => p.imageId === imageId && showsChoice(p, choice)).sort(newestFirst)[0];

/**
 * The map of a prediction at the size of its image. The scale is that of all maps of the series which are shown the same
 * way (same class and method), so that colours mean the same from slice to slice.
 */
export function heatPixels(
  prediction: Prediction,
  predictions: readonly Prediction[],
  image: DisplayImage,
  colourMap: ColourMap['name'],
): { pixels: Uint8Array; low: number; high: number } | undefined {
  const { cam } = prediction;
  if (!cam) return undefined;
  const map = colourMaps[colourMap];
  const alike = predictions.flatMap((other) =>
    other.cam?.className === cam.className && other.cam.method === cam.method ? [other.cam] : [],
  );
  const range = camRange([cam, ...alike], map.isDiverging);
  return { pixels: resampleCam(cam, image, range, neutralLevel(map)), ...range };
}
