import { type ReactNode, useSyncExternalStore } from 'react';
import type { StackDetail } from '../../../main/contract/images.ts';
import type { Label, LabelDefinition } from '../../../main/contract/labels.ts';
import { patientPointOn, projectOnto } from '../../../main/domain/volume/imagePlane.ts';
import { type PlaneName, planeNames } from '../../../main/domain/volume/slicePlanes.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import type { ViewportTexts } from '../../viewer/CornerTexts.tsx';
import { planeOf } from '../../viewer/imagePlane.ts';
import type { Mark } from '../../viewer/marks/mark.ts';
import { Crosshair } from '../../viewer/mpr/Crosshair.tsx';
import type { MprSession } from '../../viewer/mpr/mprSession.ts';
import type { Slab } from '../../viewer/mpr/mprSource.ts';
import { sliceDistances } from '../../viewer/sliceDistances.ts';
import { isMarkTool, type Tool } from '../../viewer/tools.ts';
import type { MarkGestures } from '../../viewer/useViewportPointer.ts';
import { Viewport } from '../../viewer/Viewport.tsx';
import type { ViewTransform } from '../../viewer/viewTransform.ts';
import { MprControls } from './MprControls.tsx';
import { marksOf } from './marksOf.ts';
import type { MprStatus } from './useMpr.ts';

interface MprPaneProps {
  readonly status: MprStatus | undefined;
  readonly acquired: StackDetail | undefined;
  readonly texts: ViewportTexts;
  readonly tool: Tool;
  readonly active: PlaneName;
  readonly onActivate: (plane: PlaneName) => void;
  readonly labels: readonly Label[];
  readonly definitions: readonly LabelDefinition[];
  readonly readerId: string | undefined;
}

/** Axial, sagittal and coronal cuts through the stack, and how they are made. */
export function MprPane(props: MprPaneProps): ReactNode {
  const { status } = props;
  if (status?.kind === 'failed') return <ErrorState text={`The planes cannot be computed: ${status.text}`} />;
  if (status?.kind !== 'ready')
    return (
      <div className="mpr-loading" role="status">
        <p>Loading the volume</p>
        <ProgressBar label="Loading the volume" fraction={status?.share} />
      </div>
    );
  const { session } = status;
  return (
    <>
      {(['axial', 'sagittal', 'coronal'] as const).map((plane) => (
        <PlaneViewport key={plane} plane={plane} session={session} {...props} />
      ))}
      <MprControls session={session} />
    </>
  );
}

type PlaneViewportProps = MprPaneProps & { readonly plane: PlaneName; readonly session: MprSession };

function PlaneViewport(props: PlaneViewportProps): ReactNode {
  const { plane, session, tool, texts, active, onActivate, acquired } = props;
  // Not to its centre, which moves with every drag of the crosshair.
  const slab = useSyncExternalStore(session.subscribe, () => session.get().slab);
  const controller = session.controllers[plane];
  useSyncExternalStore(controller.subscribe, controller.get);
  const gestures: MarkGestures = {
    onCreate: () => undefined,
    onChange: () => undefined,
    onChoose: () => undefined,
    onCrosshair: (point) => session.drag(plane, point),
  };
  return (
    <Viewport
      controller={controller}
      tool={isMarkTool(tool) ? 'crosshair' : tool}
      texts={{
        ...texts,
        series: seriesText(texts.series, slab),
        notes: geometryNotes(acquired),
        label: `Viewport ${planeNames.indexOf(plane) + 1}: ${plane}`,
      }}
      isActive={plane === active}
      onActivate={() => onActivate(plane)}
      marks={marksOn(props)}
      chosenMark={undefined}
      gestures={gestures}
      drawColour="#ffffff"
      overlay={(transform) => <MeetingPoint plane={plane} session={session} transform={transform} />}
    />
  );
}

/** Alone follows the meeting point: the viewport around it is drawn anew only with another image. */
function MeetingPoint(props: { plane: PlaneName; session: MprSession; transform: ViewTransform }): ReactNode {
  const { plane, session, transform } = props;
  useSyncExternalStore(session.subscribe, () => session.get().centre);
  return <Crosshair plane={plane} at={session.crosshairOn(plane)} transform={transform} />;
}

/** As from where the import finds a gantry tilt. */
const tiltShownDegrees = 0.5;

const projectionNames = { maximum: 'MIP', minimum: 'MinIP', mean: 'mean' } as const;

/** Slabs are no acquired images, and say so. */
function seriesText(series: string, { thicknessMm, projection }: Slab): string {
  const slab = thicknessMm > 0 ? `${projectionNames[projection]} ${thicknessMm} mm` : '';
  return [series, slab].filter(Boolean).join(' · ');
}

/** What was corrected between slices that are sheared or lie at uneven distances (by position, as ITK and 3D Slicer do). */
function geometryNotes(acquired: StackDetail | undefined): readonly string[] {
  const tilt = acquired?.tiltDegrees ?? 0;
  const distances = acquired?.evenGrid && sliceDistances(acquired);
  return [
    ...(tilt > tiltShownDegrees ? [`shear-corrected ${tilt.toFixed(1)}°`] : []),
    ...(distances ? [`slices ${distances.least.toFixed(1)} to ${distances.most.toFixed(1)} mm, resampled`] : []),
  ];
}

/** Labels belong to acquired pixels: they are shown, and only shown, where a plane is an acquired image. */
function marksOn({ plane, session, acquired, labels, definitions, readerId }: PlaneViewportProps): readonly Mark[] {
  const frame = acquired && session.acquiredFrameOn(plane);
  const from = frame && planeOf(acquired, frame);
  if (!frame || !from) return [];
  const onto = session.planeOf(plane);
  return marksOf(labels, definitions, frame, acquired, readerId).map((mark) => ({
    ...mark,
    isOwn: false,
    points: mark.points.map((point) => projectOnto(onto, patientPointOn(from, point))),
  }));
}
