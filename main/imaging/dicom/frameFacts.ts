import { add, type Orientation, type PatientPoint, planeNormal, scale } from '../../domain/geometry.ts';
import type { FrameFacts } from '../../domain/imageTypes.ts';
import type { Attributes } from '../../domain/keywords.ts';
import type { LookupTable, VoiLutFunction, VoiWindow } from '../../domain/voiLut.ts';
import { withoutUndefined } from '../withoutUndefined.ts';
import { spacingOfSoleRegion } from './ultrasoundRegions.ts';

/** A frame's facts and its tables. */
export interface FrameDescription {
  readonly facts: FrameFacts;
  readonly modalityLut: LookupTable | undefined;
  readonly voiLuts: readonly LookupTable[];
}

/**
 * Per-frame facts of a data set: its own functional group first, then the shared ones, then the top level
 * (PS3.3 C.7.6.16). `frameNumber` counts from 1.
 */
export function describeFrame(attributes: Attributes, frameNumber: number): FrameDescription {
  const perFrame = attributes.perFrameFunctionalGroupsSequence?.[frameNumber - 1] ?? {};
  const shared = attributes.sharedFunctionalGroupsSequence?.[0] ?? {};
  const layers = [perFrame, shared];
  const group = (name: GroupName): Attributes => layers.find((l) => l[name]?.[0])?.[name]?.[0] ?? attributes;
  const transformation = group('pixelValueTransformationSequence');
  const voi = group('frameVoiLutSequence');
  const facts = {
    frameNumber,
    ...planeFacts(group, attributes.gridFrameOffsetVector?.[frameNumber - 1], spacingOfSoleRegion(attributes)),
    ...rescaleFacts(transformation),
    ...windowFacts(voi),
    ...sequenceFacts(attributes, group),
  };
  return {
    facts: withoutUndefined(facts),
    modalityLut: lookupTables(transformation.modalityLutSequence ?? attributes.modalityLutSequence)[0],
    voiLuts: lookupTables(voi.voiLutSequence ?? attributes.voiLutSequence),
  };
}

type GroupName =
  | 'planePositionSequence'
  | 'planeOrientationSequence'
  | 'pixelMeasuresSequence'
  | 'pixelValueTransformationSequence'
  | 'frameVoiLutSequence'
  | 'frameContentSequence'
  | 'mrEchoSequence'
  | 'mrDiffusionSequence';

type GroupReader = (name: GroupName) => Attributes;

/** `gridOffsetMm`: RT Dose keeps one position and the frames' offsets along the normal (PS3.3 C.8.8.3.2). */
function planeFacts(
  group: GroupReader,
  gridOffsetMm: number | undefined,
  soleRegionSpacing: readonly [number, number] | undefined,
) {
  const measures = group('pixelMeasuresSequence');
  const position = pointOf(group('planePositionSequence').imagePositionPatient);
  const orientation = orientationOf(group('planeOrientationSequence').imageOrientationPatient);
  const isOffset = gridOffsetMm !== undefined && position !== undefined && orientation !== undefined;
  return {
    position: isOffset ? add(position, scale(planeNormal(orientation), gridOffsetMm)) : position,
    orientation,
    pixelSpacing: spacingOf(measures.pixelSpacing) ?? soleRegionSpacing,
    sliceThickness: measures.sliceThickness,
    spacingBetweenSlices: measures.spacingBetweenSlices,
  };
}

function rescaleFacts({ rescaleSlope, rescaleIntercept, rescaleType }: Attributes) {
  return { rescaleSlope, rescaleIntercept, rescaleType };
}

function windowFacts(voi: Attributes) {
  const windows = windowsOf(voi);
  return { windows: windows.length > 0 ? windows : undefined, voiLutFunction: voiLutFunctionOf(voi.voiLutFunction) };
}

function sequenceFacts(attributes: Attributes, group: GroupReader) {
  const content = group('frameContentSequence');
  return {
    acquisitionNumber: content.frameAcquisitionNumber ?? attributes.acquisitionNumber,
    temporalPosition: content.temporalPositionIndex ?? attributes.temporalPositionIdentifier,
    triggerTime: attributes.triggerTime,
    echoTime: group('mrEchoSequence').effectiveEchoTime ?? attributes.echoTime,
    bValue: group('mrDiffusionSequence').diffusionBValue ?? attributes.diffusionBValue,
    stackId: content.stackId,
    inStackPosition: content.inStackPositionNumber,
    dimensionIndexValues: content.dimensionIndexValues,
  };
}

/** Legal windows of a data set or VOI LUT group: centre and width pairwise, width not negative. */
export function windowsOf(voi: Attributes): VoiWindow[] {
  const widths = voi.windowWidth ?? [];
  return (voi.windowCenter ?? []).flatMap((center, i) => {
    const width = widths[i];
    const explanation = voi.windowCenterWidthExplanation?.[i];
    if (width === undefined || width <= 0) return [];
    return [{ center, width, ...(explanation ? { explanation } : {}) }];
  });
}

export function voiLutFunctionOf(text: string | undefined): VoiLutFunction | undefined {
  return text === 'LINEAR' || text === 'LINEAR_EXACT' || text === 'SIGMOID' ? text : undefined;
}

/** Items of a Modality or VOI LUT Sequence (PS3.3 C.11.1.1): entries, first mapped value, bits per entry. */
export function lookupTables(items: readonly Attributes[] | undefined): LookupTable[] {
  return (items ?? []).flatMap(({ lutDescriptor, lutData }) => {
    const [entries, firstMapped, bits] = lutDescriptor ?? [];
    if (entries === undefined || firstMapped === undefined || bits === undefined || !lutData) return [];
    // The descriptor is written with the pixels' signedness; the entry count is never negative, 0 means 65,536.
    const count = entries & 0xffff || 65_536;
    if (lutData.length >= count) return [{ firstMapped, bits, data: lutData.slice(0, count) }];
    const packed = new Uint16Array(new Uint8Array(lutData.buffer, lutData.byteOffset, lutData.byteLength));
    return packed.length >= count ? [{ firstMapped, bits, data: packed.slice(0, count) }] : [];
  });
}

export function pointOf(values: readonly number[] | undefined): PatientPoint | undefined {
  const [x, y, z] = values ?? [];
  return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
}

function orientationOf(values: readonly number[] | undefined): Orientation | undefined {
  if (values?.length !== 6) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
  const isUsable = Math.hypot(a, b, c) > 0.5 && Math.hypot(d, e, f) > 0.5;
  return isUsable ? [a, b, c, d, e, f] : undefined;
}

/** [between rows, between columns]; both positive. */
export function spacingOf(values: readonly number[] | undefined): readonly [number, number] | undefined {
  const [row, column] = values ?? [];
  if (row === undefined || column === undefined || row <= 0 || column <= 0) return undefined;
  return [row, column];
}
