import type { PresentationGraphic, ReferencedImage } from '../../domain/imageTypes.ts';
import type { Attributes } from '../../domain/keywords.ts';

/** The images an item is about; all of the presentation state's where there are none. */
export function imagesOf(item: Attributes, seriesInstanceUid?: string): ReferencedImage[] {
  return (item.referencedImageSequence ?? []).flatMap(({ referencedSopInstanceUid, referencedFrameNumber }) => {
    if (!referencedSopInstanceUid) return [];
    const image = { sopInstanceUid: referencedSopInstanceUid, frameNumbers: referencedFrameNumber ?? [] };
    return [{ ...image, ...(seriesInstanceUid ? { seriesInstanceUid } : {}) }];
  });
}

/** Texts and drawings of all annotations (PS3.3 C.10.5); those without points are left out. */
export function graphicsOf(attributes: Attributes): PresentationGraphic[] {
  return (attributes.graphicAnnotationSequence ?? []).flatMap((annotation) => {
    const images = imagesOf(annotation);
    return [
      ...(annotation.graphicObjectSequence ?? []).flatMap((item) => drawingOf(item, images)),
      ...(annotation.textObjectSequence ?? []).flatMap((item) => textOf(item, images)),
    ];
  });
}

const kinds = {
  POINT: 'point',
  POLYLINE: 'polyline',
  INTERPOLATED: 'interpolated',
  CIRCLE: 'circle',
  ELLIPSE: 'ellipse',
} as const;

const fewestPoints = { point: 1, polyline: 2, interpolated: 2, circle: 2, ellipse: 4 } as const;

function drawingOf(item: Attributes, images: ReferencedImage[]): PresentationGraphic[] {
  const kind = kinds[item.graphicType as keyof typeof kinds];
  const points = pairs(item.graphicData ?? []);
  if (kind === undefined || points.length < fewestPoints[kind]) return [];
  return [{ kind, points, isFilled: item.graphicFilled === 'Y', images, units: unitsOf(item.graphicAnnotationUnits) }];
}

/** The anchor counts only in the units of the box, which places the text. */
function textOf(item: Attributes, images: ReferencedImage[]): PresentationGraphic[] {
  const [anchor] = pairs(item.anchorPoint ?? []);
  const [corner] = pairs(item.boundingBoxTopLeft ?? []);
  const at = corner ?? anchor;
  const text = item.unformattedTextValue?.trim();
  if (!text || !at) return [];
  const units = unitsOf(corner ? item.boundingBoxAnnotationUnits : item.anchorPointAnnotationUnits);
  const isAlike = anchor && corner && unitsOf(item.anchorPointAnnotationUnits) === units;
  return [{ kind: 'text', text, at, ...(isAlike ? { anchor } : {}), images, units }];
}

const unitsOf = (text: string | undefined): 'PIXEL' | 'DISPLAY' => (text === 'DISPLAY' ? 'DISPLAY' : 'PIXEL');

const pairs = (values: readonly number[]): (readonly [number, number])[] =>
  Array.from({ length: values.length >> 1 }, (_, i) => [values[2 * i] ?? 0, values[2 * i + 1] ?? 0] as const);
