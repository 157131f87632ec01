import type { FrameRef, StackDetail } from '../../main/contract/images.ts';
import type { Orientation } from '../../main/domain/geometry.ts';
import type { ImagePlane } from '../../main/domain/volume/imagePlane.ts';

/** Where a frame lies in the patient; undefined where the header does not tell all of it. */
export function planeOf(stack: StackDetail, frame: FrameRef): ImagePlane | undefined {
  const { pixelSpacing, rows, columns } = stack;
  const { position, orientation } = frame;
  if (!position || orientation?.length !== 6 || pixelSpacing?.source !== 'PixelSpacing') return undefined;
  return {
    position,
    orientation: orientation as unknown as Orientation,
    pixelSpacing: [pixelSpacing.rowMm, pixelSpacing.columnMm],
    rows,
    columns,
    // Without a frame of reference a stack can only be compared with itself.
    frameOfReferenceUid: stack.frameOfReferenceUid ?? stack.stackId,
  };
}
