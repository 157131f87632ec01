import { AppError } from '../../domain/errors.ts';
import type { PresentationState, Shutter } from '../../domain/imageTypes.ts';
import type { Attributes } from '../../domain/keywords.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import { lookupTables, voiLutFunctionOf, windowsOf } from './frameFacts.ts';
import { overlayPlanes } from './overlays.ts';
import { graphicsOf, imagesOf } from './presentationGraphics.ts';
import type { DicomHeader } from './readHeader.ts';

/** Grayscale, colour, pseudo-colour, blending softcopy presentation states and their kin (PS3.4 annex N). */
const presentationStateClass = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\.\d+$/;

/** Whether a file of this SOP class says how to show other images. */
export function isPresentationState(sopClassUid: string | undefined): boolean {
  return presentationStateClass.test(sopClassUid ?? '');
}

/**
 * VOI, displayed areas, shutters, annotations, overlays and spatial transformation of a presentation state.
 * Errors: not-an-image where the file is none, missing-attribute.
 */
export function presentationStateOf({ attributes, overlays }: DicomHeader): PresentationState {
  const { sopInstanceUid, modalityLutSequence } = attributes;
  if (!isPresentationState(attributes.sopClassUid))
    throw new AppError('not-an-image', 'This is no presentation state.');
  if (!sopInstanceUid) throw new AppError('missing-attribute', 'The header lacks SOPInstanceUID.');
  const rescale = modalityLutSequence?.[0] ?? attributes;
  return withoutUndefined({
    sopInstanceUid,
    label: attributes.contentLabel,
    description: attributes.contentDescription,
    images: (attributes.referencedSeriesSequence ?? []).flatMap((series) => imagesOf(series, series.seriesInstanceUid)),
    voi: (attributes.softcopyVoiLutSequence ?? []).map((item) => ({
      images: imagesOf(item),
      windows: windowsOf(item),
      voiLutFunction: voiLutFunctionOf(item.voiLutFunction) ?? ('LINEAR' as const),
      voiLuts: lookupTables(item.voiLutSequence),
    })),
    displayedAreas: displayedAreas(attributes),
    shutters: shuttersOf(attributes),
    shutterValue: attributes.shutterPresentationValue,
    graphics: graphicsOf(attributes),
    overlays: overlayPlanes(overlays, 1, () => undefined),
    presentationLut: lookupTables(attributes.presentationLutSequence)[0],
    notShown: notShown(attributes),
    rotationDegrees: rotationOf(attributes.imageRotation),
    isFlippedHorizontally: attributes.imageHorizontalFlip === 'Y',
    isInverted: attributes.presentationLutShape === 'INVERSE',
    rescaleSlope: rescale.rescaleSlope,
    rescaleIntercept: rescale.rescaleIntercept,
    rescaleType: rescale.rescaleType,
    modalityLut: lookupTables(modalityLutSequence)[0],
  });
}

/** Kinds beyond greyscale (PS3.4 annex N), by SOP class. */
const furtherKinds: Readonly<Record<string, string>> = {
  '1.2.840.10008.5.1.4.1.1.11.3': 'its pseudo-colours',
  '1.2.840.10008.5.1.4.1.1.11.4': 'its blending of two series',
  '1.2.840.10008.5.1.4.1.1.11.5': 'its blending of XA/XRF images',
  '1.2.840.10008.5.1.4.1.1.11.8': 'its blending of several series',
};

function notShown(attributes: Attributes): string[] {
  const kind = furtherKinds[attributes.sopClassUid ?? ''];
  const modes = attributes.displayedAreaSelectionSequence?.map(({ presentationSizeMode }) => presentationSizeMode);
  const bitmap = attributes.shutterShape?.includes('BITMAP') ? ['its bitmap shutter'] : [];
  const size = modes?.includes('TRUE SIZE') ? ['its true size: the size of this screen is not known'] : [];
  return [...(kind ? [kind] : []), ...bitmap, ...size];
}

function displayedAreas(attributes: Attributes): PresentationState['displayedAreas'] {
  return (attributes.displayedAreaSelectionSequence ?? []).flatMap((item) => {
    const [left, top] = item.displayedAreaTopLeft ?? [];
    const [right, bottom] = item.displayedAreaBottomRight ?? [];
    if (left === undefined || top === undefined || right === undefined || bottom === undefined) return [];
    const area = { images: imagesOf(item), topLeft: [left, top] as const, bottomRight: [right, bottom] as const };
    const { presentationSizeMode: sizeMode, presentationPixelMagnificationRatio: magnification } = item;
    return [{ ...area, ...(sizeMode ? { sizeMode } : {}), ...(magnification ? { magnification } : {}) }];
  });
}

/** Shutters of any module with the attributes of PS3.3 C.7.6.11; incomplete ones are left out. */
export function shuttersOf(attributes: Attributes): Shutter[] {
  return (attributes.shutterShape ?? []).flatMap((shape): Shutter[] => {
    if (shape === 'RECTANGULAR') return rectangular(attributes);
    if (shape === 'CIRCULAR') return circular(attributes);
    return shape === 'POLYGONAL' ? polygonal(attributes.verticesOfThePolygonalShutter ?? []) : [];
  });
}

function rectangular(attributes: Attributes): Shutter[] {
  const { shutterLeftVerticalEdge: left, shutterRightVerticalEdge: right } = attributes;
  const { shutterUpperHorizontalEdge: top, shutterLowerHorizontalEdge: bottom } = attributes;
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return [];
  return [{ shape: 'rectangular', left, right, top, bottom }];
}

function circular({ centerOfCircularShutter, radiusOfCircularShutter }: Attributes): Shutter[] {
  const [row, column] = centerOfCircularShutter ?? [];
  if (row === undefined || column === undefined || radiusOfCircularShutter === undefined) return [];
  return [{ shape: 'circular', row, column, radius: radiusOfCircularShutter }];
}

function polygonal(values: readonly number[]): Shutter[] {
  const vertices = Array.from(
    { length: values.length >> 1 },
    (_, i) => [values[2 * i] ?? 0, values[2 * i + 1] ?? 0] as const,
  );
  return vertices.length < 3 ? [] : [{ shape: 'polygonal', vertices }];
}

function rotationOf(degrees: number | undefined): 0 | 90 | 180 | 270 {
  return degrees === 90 || degrees === 180 || degrees === 270 ? degrees : 0;
}
