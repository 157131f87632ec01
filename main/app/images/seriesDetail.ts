import type { FrameRef, SeriesDetail, StackDetail, WorklistRow } from '../../contract/images.ts';
import type { DataFinding } from '../../contract/values.ts';
import type { PatientPoint } from '../../domain/geometry.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import type {
  EvenGrid,
  FrameFacts,
  InstanceFacts,
  PatientFacts,
  SeriesFacts,
  Stack,
  StackFrame,
  UltrasoundRegion,
} from '../../domain/imageTypes.ts';
import { stackParts } from '../../imaging/series/stackParts.ts';

interface SeriesInput {
  row: WorklistRow;
  patient: PatientFacts;
  series: SeriesFacts;
  instances: readonly InstanceFacts[];
  stacks: readonly Stack[];
  findings: readonly DataFinding[];
}

/** What a viewport needs of a series before the first pixel arrives. */
export function seriesDetail({ row, patient, series, instances, stacks, findings }: SeriesInput): SeriesDetail {
  const bySop = new Map(instances.map((instance) => [instance.sopInstanceUid, instance]));
  const burnedIn = instances.find((instance) => instance.burnedInAnnotation)?.burnedInAnnotation;
  return {
    row,
    stacks: stacks.map((stack, index) => stackDetail(stack, index, series, bySop)),
    findings: [...findings],
    manufacturer: series.manufacturer,
    burnedInAnnotation: burnedIn,
    ideographicName: patient.ideographicName,
    phoneticName: patient.phoneticName,
  };
}

function stackDetail(stack: Stack, index: number, series: SeriesFacts, bySop: Map<string, InstanceFacts>): StackDetail {
  const first = factsOf(stack.frames[0], bySop);
  const [, rows, columns] = stack.shape;
  const [sliceSpacing] = stack.spacingMm;
  return {
    stackId: stack.stackId,
    title: stackTitle(stack, index),
    rows,
    columns,
    frames: frameRefs(stack, bySop),
    positions: stack.positions,
    framesPerPosition: stack.framesPerPosition ?? 1,
    pixelSpacing: pixelSpacing(first),
    sliceSpacingMm: sliceSpacing ?? undefined,
    sliceThicknessMm: first?.frame?.sliceThickness,
    tiltDegrees: stack.tiltDegrees,
    affine: stack.affine?.flat(),
    evenGrid: stack.evenGrid && evenGrid(stack.evenGrid),
    frameOfReferenceUid: series.frameOfReferenceUid,
    laterality: first?.instance.imageLaterality ?? series.laterality,
    viewPosition: first?.instance.viewPosition,
    patientOrientation: first?.instance.patientOrientation && [...first.instance.patientOrientation],
    isLossy: stack.frames.some((frame) => bySop.get(frame.sopInstanceUid)?.isLossy),
    parts: stackParts(stack, bySop).map((part) => ({ ...part, frames: [...part.frames] })),
    frameTimeMs: first?.instance.frameTime,
    pixelAspectRatio: aspectRatio(first),
  };
}

function stackTitle(stack: Stack, index: number): string {
  const [frames] = stack.shape;
  const times = stack.framesPerPosition;
  if (times !== null && times > 1) return `Stack ${index + 1}: ${stack.positions} positions × ${times}`;
  return `Stack ${index + 1}: ${frames} ${frames === 1 ? 'image' : 'images'}`;
}

/** Frames of a position are counted in order, so that a time series can be scrolled in both directions. */
function frameRefs(stack: Stack, bySop: Map<string, InstanceFacts>): FrameRef[] {
  const seenAt = new Map<number, number>();
  return stack.frames.map((stackFrame) => {
    const facts = factsOf(stackFrame, bySop);
    const key = stackFrame.positionMm;
    const timeIndex = key === undefined ? undefined : (seenAt.get(key) ?? 0);
    if (key !== undefined && timeIndex !== undefined) seenAt.set(key, timeIndex + 1);
    return {
      imageId: imageIdOf(stackFrame.sopInstanceUid as SopInstanceUid, stackFrame.frameNumber),
      sopInstanceUid: stackFrame.sopInstanceUid as SopInstanceUid,
      frameNumber: stackFrame.frameNumber,
      instanceNumber: facts?.instance.instanceNumber,
      position: facts?.frame?.position && vector(facts.frame.position),
      orientation: facts?.frame?.orientation && [...facts.frame.orientation],
      slicePositionMm: key,
      timeIndex,
      triggerTimeMs: facts?.frame?.triggerTime,
      echoTimeMs: facts?.frame?.echoTime,
      bValue: facts?.frame?.bValue,
      ultrasoundRegions: facts?.instance.ultrasoundRegions?.map(regionOf),
      ...(facts?.instance.pixelProblem === 'damaged-pixels' ? { instanceHasDamage: true } : {}),
    };
  });
}

interface FoundFrame {
  instance: InstanceFacts;
  frame: FrameFacts | undefined;
}

function factsOf(stackFrame: StackFrame | undefined, bySop: Map<string, InstanceFacts>): FoundFrame | undefined {
  const instance = stackFrame && bySop.get(stackFrame.sopInstanceUid);
  if (!stackFrame || !instance) return undefined;
  return { instance, frame: instance.frames[stackFrame.frameNumber - 1] };
}

/** PixelSpacing where the header has it, else the detector's spacing under its own name (PS3.3 10.7.1.3). */
function pixelSpacing(found: FoundFrame | undefined): StackDetail['pixelSpacing'] {
  const inPatient = found?.frame?.pixelSpacing;
  if (inPatient) return { rowMm: inPatient[0], columnMm: inPatient[1], source: 'PixelSpacing' };
  const atDetector = found?.instance.imagerPixelSpacing;
  if (atDetector) return { rowMm: atDetector[0], columnMm: atDetector[1], source: 'ImagerPixelSpacing' };
  return undefined;
}

function regionOf({
  pixelSpacing: mm,
  ...region
}: UltrasoundRegion): NonNullable<FrameRef['ultrasoundRegions']>[number] {
  return { ...region, ...(mm ? { pixelSpacing: [mm[0], mm[1]] } : {}) };
}

function aspectRatio(found: FoundFrame | undefined): StackDetail['pixelAspectRatio'] {
  const ratio = found?.instance.pixelAspectRatio;
  return ratio && !pixelSpacing(found) ? [ratio[0], ratio[1]] : undefined;
}

const evenGrid = ({ affine, slices, sliceAt }: EvenGrid): StackDetail['evenGrid'] => ({
  affine: affine.flat(),
  slices,
  sliceAt: [...sliceAt],
});

const vector = ([x, y, z]: PatientPoint): [number, number, number] => [x, y, z];
