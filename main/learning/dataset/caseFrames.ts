import type { SliceChoice } from '../../contract/caseShape.ts';
import type { DatasetRecipe } from '../../contract/datasets.ts';
import type { Scope } from '../../contract/labels.ts';
import { forEachInSteps, groupInSteps, type Steps } from '../../domain/steps.ts';
import type { CandidateFrame, CandidateImage, CandidateLabel, SelectionInput, SourceFrame } from './candidates.ts';
import type { CaseChannels } from './caseChannels.ts';
import { frameKey, type UnitTruth } from './caseTruth.ts';
import { chooseSlices, markedExtent } from './chooseSlices.ts';
import type { ExclusionCode } from './exclusions.ts';
import { lesionPlace } from './lesionPlace.ts';

interface Catalogue {
  readonly bySop: ReadonlyMap<string, CandidateImage>;
  readonly bySeries: ReadonlyMap<string, readonly CandidateImage[]>;
  readonly byStudy: ReadonlyMap<string, readonly CandidateImage[]>;
  /** Lesions by the frame they are drawn on. */
  readonly byFrame: ReadonlyMap<string, readonly DrawnLesion[]>;
}

interface DrawnLesion {
  readonly geometry: NonNullable<CandidateLabel['geometry']>;
  /** Among all labels. */
  readonly order: number;
}

function* lesionsByFrame(labels: readonly CandidateLabel[]): Steps<Map<string, DrawnLesion[]>> {
  const byFrame = new Map<string, DrawnLesion[]>();
  yield* forEachInSteps(labels, ({ target: { sopInstanceUid, frameNumber }, geometry }, order) => {
    if (!geometry || !sopInstanceUid) return;
    const key = frameKey({ sopInstanceUid, frameNumber: frameNumber ?? geometry.frame ?? 1 });
    const known = byFrame.get(key);
    if (known) known.push({ geometry, order });
    else byFrame.set(key, [{ geometry, order }]);
  });
  return byFrame;
}

export function* catalogueOf({ images, labels }: SelectionInput): Steps<Catalogue> {
  const bySop = new Map<string, CandidateImage>();
  yield* forEachInSteps(images, (image) => void bySop.set(image.sopInstanceUid, image));
  const bySeries = yield* groupInSteps(images, (image) => image.seriesInstanceUid);
  const byStudy = yield* groupInSteps(images, (image) => image.studyInstanceUid);
  return { bySop, bySeries, byStudy, byFrame: yield* lesionsByFrame(labels) };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function framesOf(seriesInstanceUid: string, input: SelectionInput, catalogue: Catalogue): readonly CandidateFrame[] {
  const ordered = input.seriesFrames.get(seriesInstanceUid);
  if (ordered && ordered.length > 0) return ordered;
  const images = [...(catalogue.bySeries.get(seriesInstanceUid) ?? [])];
  images.sort((a, b) => byText(a.sopInstanceUid, b.sopInstanceUid));
  return images.flatMap(({ sopInstanceUid, frameCount }) =>
    Array.from({ length: frameCount }, (_, i) => ({ sopInstanceUid, frameNumber: i + 1 })),
  );
}

/** The frame with the largest lesion drawn on it; among equals the one whose label comes first. */
function frameOfLargestLesion(
  frames: readonly CandidateFrame[],
  { byFrame, bySop }: Catalogue,
): CandidateFrame | undefined {
  let largest: { frame: CandidateFrame; extent: number; order: number } | undefined;
  for (const frame of frames) {
    for (const { geometry, order } of byFrame.get(frameKey(frame)) ?? []) {
      const place = lesionPlace(geometry, bySop.get(frame.sopInstanceUid)?.planes?.[frame.frameNumber]);
      if (!place) continue;
      const isFirst = place.extent === largest?.extent && order < largest.order;
      if (isFirst || place.extent > (largest?.extent ?? -1)) largest = { frame, extent: place.extent, order };
    }
  }
  return largest?.frame;
}

export interface CaseSource {
  readonly input: SelectionInput;
  readonly catalogue: Catalogue;
  readonly channels: CaseChannels | undefined;
}

/** Frames of each series of a series or study case, in display order; where series are channels, those that all reach. */
function stacksOfCase(
  key: string,
  unit: Scope,
  { input, catalogue, channels }: CaseSource,
): (readonly CandidateFrame[])[] {
  const usable = (frames: readonly CandidateFrame[]) =>
    channels ? frames.filter((frame) => typeof channels.at(frame) !== 'string') : frames;
  // Of a study with several series as channels the first of them says where the slices are.
  if (channels && unit === 'study') return [usable(channels.referenceOf(key))];
  const members = (unit === 'study' ? catalogue.byStudy : catalogue.bySeries).get(key) ?? [];
  const kept = members.filter((image) => !image.isRemoved);
  const series = [...new Set((kept.length > 0 ? kept : members).map((image) => image.seriesInstanceUid))].sort(byText);
  return series.map((uid) => usable(framesOf(uid, input, catalogue)));
}

const longestOf = (stacks: readonly (readonly CandidateFrame[])[]): readonly CandidateFrame[] =>
  stacks.reduce((best, frames) => (frames.length > best.length ? frames : best), stacks[0] ?? []);

/** The frame that stands for a case: its own, or one of its series (of a study: its series with most frames). */
export function frameOfCase(
  truth: UnitTruth,
  unit: Scope,
  recipe: DatasetRecipe,
  source: CaseSource,
): CandidateFrame | undefined {
  if (truth.frame) return truth.frame;
  const { catalogue } = source;
  const stacks = stacksOfCase(truth.key, unit, source);
  const longest = longestOf(stacks);
  const marked = recipe.frame === 'largest-lesion' && frameOfLargestLesion(stacks.flat(), catalogue);
  return marked || longest[Math.floor(longest.length / 2)];
}

type SlicesOf = (truth: UnitTruth) => readonly CandidateFrame[];

/** Chooses the slices of a case, of its longest series or the longest part with a lesion; none where there is none. */
export function slicesOfCase({ count, extent }: SliceChoice, unit: Scope, source: CaseSource): SlicesOf {
  const { catalogue } = source;
  return ({ key }) => {
    const stacks = stacksOfCase(key, unit, source);
    const parts =
      extent === 'series' ? stacks : stacks.map((all) => markedExtent(all, (f) => catalogue.byFrame.has(frameKey(f))));
    return chooseSlices(longestOf(parts), count);
  };
}

/** A frame as a slice of a case, with its channels; or why these cannot be had. */
export function sourceOf(
  { sopInstanceUid, frameNumber }: CandidateFrame,
  { catalogue, channels }: CaseSource,
): SourceFrame | ExclusionCode {
  const found = channels?.at({ sopInstanceUid, frameNumber });
  if (typeof found === 'string') return found;
  const sourcePath = catalogue.bySop.get(sopInstanceUid)?.sourcePath ?? '';
  return { sopInstanceUid, frameNumber, sourcePath, ...(found && { channels: found }) };
}

/** No frame of the case has all channels: a series is missing, or they lie apart. */
export function whyNoChannels(key: string, unit: Scope, { input, catalogue, channels }: CaseSource): ExclusionCode {
  const members = (unit === 'study' ? catalogue.byStudy : catalogue.bySeries).get(key) ?? [];
  const [first] = members.flatMap(({ seriesInstanceUid }) => framesOf(seriesInstanceUid, input, catalogue));
  const found = first && channels?.at(first);
  return typeof found === 'string' ? found : 'phases-apart';
}
