import {
  columnDirection,
  dot,
  type Orientation,
  planeNormal,
  positionAlong,
  rowDirection,
} from '../../domain/geometry.ts';
import type { DataFinding, InstanceFacts, Stack } from '../../domain/imageTypes.ts';
import type { FrameInSeries, FramesAtPosition } from './seriesFrames.ts';
import { stackGeometry } from './stackGeometry.ts';

/**
 * The frames of one series as stacks. Frames are split by size, orientation, pixel spacing and localizer flag; without
 * geometry, each multi-frame instance is a stack and single images of one size share one. Within a stack they are sorted
 * along the normal (row direction x column direction), then by InstanceNumber and frame number. Findings of a stack
 * describe its geometry; those about the whole series are with the first stack. Objects without pixels are left out.
 */
export function assembleStacks(instances: readonly InstanceFacts[]): Stack[] {
  const frames = instances
    .filter((instance) => instance.hasPixels)
    .flatMap((instance) => instance.frames.map((facts) => ({ instance, facts })))
    .sort(byInstanceNumber);
  const groups = groupFrames(frames);
  const stacks = groups.map((group, index) => buildStack(group, index));
  const seriesFindings = findingsOfSeries(frames, groups);
  return stacks.map((stack, i) => (i === 0 ? { ...stack, findings: [...seriesFindings, ...stack.findings] } : stack));
}

function byInstanceNumber(a: FrameInSeries, b: FrameInSeries): number {
  const numberOf = ({ instance }: FrameInSeries) => instance.instanceNumber ?? Number.MAX_SAFE_INTEGER;
  return (
    numberOf(a) - numberOf(b) ||
    compareText(a.instance.sopInstanceUid, b.instance.sopInstanceUid) ||
    a.facts.frameNumber - b.facts.frameNumber
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In order of first appearance by InstanceNumber. */
function groupFrames(frames: readonly FrameInSeries[]): FrameInSeries[][] {
  const groups: {
    readonly key: string;
    readonly orientation: Orientation | undefined;
    readonly frames: FrameInSeries[];
  }[] = [];
  for (const frame of frames) {
    const key = groupKey(frame);
    const orientation = hasGeometry(frame) ? frame.facts.orientation : undefined;
    const found = groups.find((g) => g.key === key && isSameOrientation(g.orientation, orientation));
    if (found) found.frames.push(frame);
    else groups.push({ key, orientation, frames: [frame] });
  }
  return groups.map((group) => group.frames);
}

function hasGeometry({ facts }: FrameInSeries): boolean {
  return facts.position !== undefined && facts.orientation !== undefined;
}

function groupKey(frame: FrameInSeries): string {
  const { instance, facts } = frame;
  const size = `${instance.rows}x${instance.columns}x${instance.samplesPerPixel}`;
  const spacing = facts.pixelSpacing?.map((s) => s.toFixed(3)).join('/') ?? '';
  const isLocalizer = instance.imageType?.includes('LOCALIZER') ?? false;
  const alone = !hasGeometry(frame) && instance.frameCount > 1 ? instance.sopInstanceUid : '';
  return [size, spacing, isLocalizer, hasGeometry(frame), alone].join(' ');
}

/** Directions within about 0.8 degrees. */
function isSameOrientation(a: Orientation | undefined, b: Orientation | undefined): boolean {
  if (!a || !b) return a === b;
  const close = 0.9999;
  return dot(rowDirection(a), rowDirection(b)) > close && dot(columnDirection(a), columnDirection(b)) > close;
}

function buildStack(group: readonly FrameInSeries[], index: number): Stack {
  const first = group[0];
  if (!first) throw new Error('a stack without frames');
  const { instance, facts } = first;
  const seriesInstanceUid = instance.seriesInstanceUid;
  const stackId = `${seriesInstanceUid}#${index}`;
  const sorted = hasGeometry(first) && facts.orientation ? sortByPosition(group, facts.orientation) : undefined;
  const shape = [group.length, instance.rows ?? 0, instance.columns ?? 0] as const;
  const base = { stackId, seriesInstanceUid, shape };
  if (!sorted || !facts.orientation) {
    const [row, column] = facts.pixelSpacing ?? [null, null];
    return {
      ...base,
      frames: group.map(({ instance: i, facts: f }) => ({
        sopInstanceUid: i.sopInstanceUid,
        frameNumber: f.frameNumber,
      })),
      spacingMm: [null, row, column],
      affine: null,
      tiltDegrees: 0,
      positions: 0,
      framesPerPosition: null,
      findings: [],
    };
  }
  const geometry = stackGeometry(sorted, seriesInstanceUid);
  return {
    ...base,
    ...geometry,
    orientation: facts.orientation,
    frames: sorted.flatMap(({ positionMm, frames }) =>
      frames.map((f) => ({ sopInstanceUid: f.instance.sopInstanceUid, frameNumber: f.facts.frameNumber, positionMm })),
    ),
  };
}

/** Origins closer than this along the normal are the same position, mm. */
const samePositionMm = 0.01;

function sortByPosition(group: readonly FrameInSeries[], orientation: Orientation): FramesAtPosition[] {
  const normal = planeNormal(orientation);
  const placed = group
    .map((frame) => ({ frame, along: positionAlong(normal, frame.facts.position ?? [0, 0, 0]) }))
    .sort((a, b) => a.along - b.along);
  const positions: { positionMm: number; frames: FrameInSeries[] }[] = [];
  for (const { frame, along } of placed) {
    const last = positions.at(-1);
    if (last && along - last.positionMm < samePositionMm) last.frames.push(frame);
    else positions.push({ positionMm: along, frames: [frame] });
  }
  for (const { frames } of positions) frames.sort(byInstanceNumber);
  return positions;
}

function findingsOfSeries(frames: readonly FrameInSeries[], groups: readonly FrameInSeries[][]): DataFinding[] {
  const first = frames[0]?.instance;
  if (!first || groups.length < 2) return [];
  const { seriesInstanceUid } = first;
  const findings: DataFinding[] = [];
  const sizes = new Set(frames.map(({ instance }) => `${instance.columns} x ${instance.rows}`));
  if (sizes.size > 1) {
    const message = `The images of this series have ${sizes.size} sizes (${[...sizes].slice(0, 4).join(', ')}).`;
    findings.push({ code: 'mixed-sizes', message, severity: 'info', seriesInstanceUid });
  }
  const orientations = groups.map((g) => g[0]?.facts.orientation).filter((o) => o !== undefined);
  if (orientations.some((o) => !isSameOrientation(o, orientations[0]))) {
    const message = 'The images of this series lie in several directions; each is a stack of its own.';
    findings.push({ code: 'mixed-orientations', message, severity: 'info', seriesInstanceUid });
  }
  const withoutPosition = frames.filter((f) => !hasGeometry(f)).length;
  if (withoutPosition > 0 && withoutPosition < frames.length) {
    const message = `${withoutPosition} of ${frames.length} images have no position.`;
    findings.push({ code: 'no-position', message, severity: 'warning', seriesInstanceUid });
  }
  return findings;
}
