import type { FrameRef, StackDetail } from '../../../main/contract/images.ts';
import type { Label, LabelDefinition } from '../../../main/contract/labels.ts';
import {
  columnDirection,
  dot,
  type Orientation,
  type PatientPoint,
  planeNormal,
  rowDirection,
  subtract,
  type Vector3,
} from '../../../main/domain/geometry.ts';
import { patientPointOn } from '../../../main/domain/volume/imagePlane.ts';
import { planeOf } from '../../viewer/imagePlane.ts';
import type { Mark } from '../../viewer/marks/mark.ts';
import { sliceReach } from '../../viewer/sliceDistances.ts';
import type { ImagePoint } from '../../viewer/viewTransform.ts';

export const isLesion = (label: Label): boolean =>
  label.scope === 'lesion' && label.geometry !== undefined && !label.isRetracted;

/** Frame of a lesion in display order; -1 where the stack does not hold it. */
export function frameIndexOf(label: Label, stack: StackDetail): number {
  const frameNumber = label.target.frameNumber ?? label.geometry?.frame ?? 1;
  if (label.target.sopInstanceUid)
    return stack.frames.findIndex(
      (frame) => frame.sopInstanceUid === label.target.sopInstanceUid && frame.frameNumber === frameNumber,
    );
  return stack.frames.findIndex((frame) => pointsOn(label, frame, stack) !== undefined);
}

/** The lesion's points on this frame, in image pixels; undefined where it does not lie on it. */
function pointsOn(label: Label, frame: FrameRef, stack: StackDetail): readonly ImagePoint[] | undefined {
  const { geometry, target } = label;
  if (!geometry) return undefined;
  if (geometry.space === 'patient') return projected(geometry.points, frame, stack);
  const isHere =
    target.sopInstanceUid === frame.sopInstanceUid && (target.frameNumber ?? geometry.frame) === frame.frameNumber;
  return isHere ? geometry.points.map(([column = 0, row = 0]): ImagePoint => [column, row]) : undefined;
}

/** Patient LPS mm onto the frame's plane (PS3.3 C.7.6.2.1.1), if within half a slice of it. */
function projected(
  points: readonly (readonly number[])[],
  frame: FrameRef,
  stack: StackDetail,
): readonly ImagePoint[] | undefined {
  const { position, orientation } = frame;
  const { pixelSpacing } = stack;
  if (!position || orientation?.length !== 6 || !pixelSpacing) return undefined;
  const axes = orientation as unknown as Orientation;
  const reach = sliceReach(stack, frame);
  const onPlane: ImagePoint[] = [];
  for (const [x = 0, y = 0, z = 0] of points) {
    const offset = subtract([x, y, z] satisfies Vector3, position);
    if (Math.abs(dot(offset, planeNormal(axes))) > reach) return undefined;
    onPlane.push([
      dot(offset, rowDirection(axes)) / pixelSpacing.columnMm,
      dot(offset, columnDirection(axes)) / pixelSpacing.rowMm,
    ]);
  }
  return onPlane;
}

/** The middle of a lesion's points in the patient, mm LPS; undefined where the header does not say where its image lies. */
export function lesionCentre(label: Label, stack: StackDetail): PatientPoint | undefined {
  const { geometry } = label;
  const frame = stack.frames[frameIndexOf(label, stack)];
  const plane = frame && planeOf(stack, frame);
  if (!geometry || !plane || geometry.points.length === 0) return undefined;
  const mean = (axis: number): number =>
    geometry.points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / geometry.points.length;
  return geometry.space === 'patient' ? [mean(0), mean(1), mean(2)] : patientPointOn(plane, [mean(0), mean(1)]);
}

export const colourOf = (definition: LabelDefinition | undefined, value: string): string =>
  definition?.values.find((other) => other.value === value)?.colour ?? '#ffffff';

/** What the viewport draws on one frame. Labels in patient space cannot be dragged: only their own program made them. */
export function marksOf(
  labels: readonly Label[],
  definitions: readonly LabelDefinition[],
  frame: FrameRef,
  stack: StackDetail,
  readerId: string | undefined,
): Mark[] {
  return labels.filter(isLesion).flatMap((label): Mark[] => {
    const points = pointsOn(label, frame, stack);
    if (!points || !label.geometry) return [];
    const definition = definitions.find(({ id }) => id === label.definitionId);
    const isMine = label.readerId === readerId;
    return [
      {
        id: label.id,
        type: label.geometry.type,
        points,
        colour: colourOf(definition, label.value),
        title: isMine ? label.value : `${label.value} (${label.readerName})`,
        isOwn: isMine && label.geometry.space === 'image',
        isPending: label.id.startsWith(pendingPrefix),
      },
    ];
  });
}

/** Ids of lesions whose save has not been answered yet. */
export const pendingPrefix = 'pending-';
