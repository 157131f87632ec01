import type { PhaseRule } from '../../contract/caseShape.ts';
import {
  columnDirection,
  dot,
  type Orientation,
  type PlaneGeometry,
  planeNormal,
  positionAlong,
  rowDirection,
} from '../../domain/geometry.ts';

/** A frame with what it is recognised by and where it lies. */
export interface PhaseFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly sourcePath: string;
  readonly plane?: PlaneGeometry | undefined;
  readonly echoTime?: number | undefined;
  readonly bValue?: number | undefined;
}

/** A series of a study with the frames of its longest stack. */
export interface PhaseSeries {
  readonly seriesInstanceUid: string;
  /** SeriesDescription and ProtocolName. */
  readonly words: string;
  /** AcquisitionDateTime of its first image; '' where the header does not say. */
  readonly time: string;
  readonly seriesNumber?: number | undefined;
  readonly frameOfReferenceUid?: string | undefined;
  readonly frames: readonly PhaseFrame[];
}

/** A channel as found in a study. */
export interface FoundPhase {
  readonly series: PhaseSeries;
  readonly frames: readonly PhaseFrame[];
}

/** A part of a channel at one place: a frame, with its share where two neighbours are interpolated. */
export interface ChannelFrame {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
  readonly sourcePath: string;
  readonly share: number;
}

const byTime = (a: PhaseSeries, b: PhaseSeries): number =>
  compare(a.time, b.time) ||
  (a.seriesNumber ?? 0) - (b.seriesNumber ?? 0) ||
  compare(a.seriesInstanceUid, b.seriesInstanceUid);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function saysOneOf(text: string, words: readonly string[] | undefined): boolean {
  return words === undefined || words.some((word) => text.toLowerCase().includes(word.toLowerCase()));
}

/** The frames of a series that have the wanted echo (counted from 1 by echo time) and b-value. */
function framesFor({ frames }: PhaseSeries, { echo, bValue }: PhaseRule): readonly PhaseFrame[] {
  const times = [...new Set(frames.flatMap(({ echoTime }) => echoTime ?? []))].sort((a, b) => a - b);
  const wanted = echo === undefined ? undefined : times[echo - 1];
  if (echo !== undefined && wanted === undefined) return [];
  return frames.filter(
    (frame) => (wanted === undefined || frame.echoTime === wanted) && (bValue === undefined || frame.bValue === bValue),
  );
}

function findPhase(rule: PhaseRule, study: readonly PhaseSeries[]): FoundPhase | undefined {
  const fitting = study
    .filter(({ words }) => saysOneOf(words, rule.words))
    .map((series) => ({ series, frames: framesFor(series, rule) }))
    .filter(({ frames }) => frames.length > 0 && frames.every(({ plane }) => plane !== undefined))
    .sort((a, b) => byTime(a.series, b.series));
  if (rule.order !== undefined) return fitting[rule.order - 1];
  // Of several that fit the one with most images; of equals the first in time.
  return fitting.reduce<FoundPhase | undefined>(
    (best, found) => (found.frames.length > (best?.frames.length ?? 0) ? found : best),
    undefined,
  );
}

/** The channels of a study by the rules of a recipe, in their order; undefined where one is not there. */
export function findPhases(rules: readonly PhaseRule[], study: readonly PhaseSeries[]): FoundPhase[] | undefined {
  const found = rules.flatMap((rule) => findPhase(rule, study) ?? []);
  const firsts = new Set(found.map(({ frames: [first] }) => `${first?.sopInstanceUid}/${first?.frameNumber}`));
  return found.length === rules.length && firsts.size === rules.length ? found : undefined;
}

/** Planes within about 0.8 degrees. */
const PARALLEL = 0.9999;
/** Frames closer than this are at one place, mm. */
const SAME_PLACE_MM = 0.01;

const isParallel = (a: Orientation, b: Orientation): boolean =>
  dot(rowDirection(a), rowDirection(b)) > PARALLEL && dot(columnDirection(a), columnDirection(b)) > PARALLEL;

/** The frames of a channel at the place of a plane: one there, or the two next to it by their distance; none beyond its ends. */
function channelAt(plane: PlaneGeometry, { frames }: FoundPhase): ChannelFrame[] {
  const normal = planeNormal(plane.orientation);
  const at = positionAlong(normal, plane.position);
  const placed = frames
    .flatMap((frame) =>
      frame.plane && isParallel(frame.plane.orientation, plane.orientation)
        ? [{ frame, distance: positionAlong(normal, frame.plane.position) - at }]
        : [],
    )
    .sort((a, b) => a.distance - b.distance);
  const part = (frame: PhaseFrame, share: number): ChannelFrame => {
    const { sopInstanceUid, frameNumber, sourcePath } = frame;
    return { sopInstanceUid, frameNumber, sourcePath, share };
  };
  const here = placed.find(({ distance }) => Math.abs(distance) < SAME_PLACE_MM);
  if (here) return [part(here.frame, 1)];
  const below = placed.findLast(({ distance }) => distance < 0);
  const above = placed.find(({ distance }) => distance > 0);
  if (!below || !above) return [];
  const share = above.distance / (above.distance - below.distance);
  return [part(below.frame, share), part(above.frame, 1 - share)];
}

/** The channels of a study at the place of a plane; undefined where one does not reach there, or lies in another space. */
export function channelsAt(
  plane: PlaneGeometry,
  frameOfReferenceUid: string | undefined,
  phases: readonly FoundPhase[],
): ChannelFrame[][] | undefined {
  const isApart = ({ series }: FoundPhase) =>
    frameOfReferenceUid !== undefined &&
    series.frameOfReferenceUid !== undefined &&
    series.frameOfReferenceUid !== frameOfReferenceUid;
  if (phases.some(isApart)) return undefined;
  const channels = phases.map((phase) => channelAt(plane, phase));
  return channels.every((frames) => frames.length > 0) ? channels : undefined;
}
