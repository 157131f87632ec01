import type { FrameRef, StackDetail } from '../../../main/contract/images.ts';
import { dot } from '../../../main/domain/geometry.ts';
import { type PlaneSet, planeAt } from '../../../main/domain/volume/slicePlanes.ts';
import { mprImageId } from './mprImageId.ts';

/** The planes of a set as a stack that a viewport can scroll through; its frames are computed, not stored. */
export function mprStack(acquired: StackDetail, volumeId: string, set: PlaneSet, thicknessMm: number): StackDetail {
  const [example] = acquired.frames;
  if (!example) throw new Error('planes of an empty stack');
  const frameOfReferenceUid = acquired.frameOfReferenceUid ?? volumeId;
  const frames = Array.from({ length: set.count }, (_, index): FrameRef => {
    const { position, orientation } = planeAt(set, index, frameOfReferenceUid);
    const [x, y, z] = position;
    return {
      imageId: mprImageId(volumeId, set.name, index) as FrameRef['imageId'],
      sopInstanceUid: example.sopInstanceUid,
      frameNumber: example.frameNumber,
      position: [x, y, z],
      orientation: [...orientation],
      slicePositionMm: dot(position, set.normal),
    };
  });
  return {
    stackId: `${volumeId}/${set.name}`,
    title: set.name,
    rows: set.rows,
    columns: set.columns,
    frames,
    positions: set.count,
    framesPerPosition: 1,
    pixelSpacing: { rowMm: set.pixelMm, columnMm: set.pixelMm, source: 'PixelSpacing' },
    sliceSpacingMm: set.offsetsMm ? undefined : set.stepMm,
    sliceThicknessMm: thicknessMm > 0 ? thicknessMm : undefined,
    frameOfReferenceUid,
    isLossy: acquired.isLossy,
    parts: [],
  };
}
