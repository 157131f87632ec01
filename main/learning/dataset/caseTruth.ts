import type { Scope } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { type GroundTruthRule, groundTruthInSteps, type ReaderAnswer } from '../../domain/groundTruth.ts';
import { forEachInSteps, groupInSteps, mapInSteps, type Steps } from '../../domain/steps.ts';
import type { CandidateFrame, CandidateImage, CandidateLabel, LesionPlace, SelectionInput } from './candidates.ts';
import type { Exclusion } from './exclusions.ts';
import { lesionPlace, matchLesions } from './lesionPlace.ts';

/** One case of the dataset's unit before its image is looked at. */
export interface UnitTruth {
  readonly key: string;
  readonly value: string;
  readonly revisionIds: readonly string[];
  /** Of an image or lesion case. */
  readonly frame?: CandidateFrame;
  readonly lesion?: LesionPlace;
}

export interface UnitTruths {
  readonly truths: readonly UnitTruth[];
  readonly exclusions: readonly Exclusion[];
  /** Units with any label. */
  readonly labelled: ReadonlySet<string>;
}

export const frameKey = (frame: CandidateFrame): string => `${frame.sopInstanceUid}/${frame.frameNumber}`;

const rank: Record<Scope, number> = { lesion: 0, image: 1, series: 2, study: 3 };

function targetKey({ target }: CandidateLabel, scope: Scope): string | undefined {
  if (scope === 'study') return target.studyInstanceUid;
  if (scope === 'series') return target.seriesInstanceUid;
  return (
    target.sopInstanceUid && frameKey({ sopInstanceUid: target.sopInstanceUid, frameNumber: target.frameNumber ?? 1 })
  );
}

const answerOf = (label: CandidateLabel, caseKey: string): ReaderAnswer => ({
  caseKey,
  reader: label.readerName,
  value: label.value,
  revisionId: `${label.labelId}#${label.revision}`,
  isAdjudicated: label.isAdjudicated ?? false,
});

const frameOf = ({ target, geometry }: CandidateLabel): CandidateFrame => ({
  sopInstanceUid: target.sopInstanceUid ?? '',
  frameNumber: target.frameNumber ?? geometry?.frame ?? 1,
});

/** Lesion labels as answers about matched lesions. */
function* lesionAnswers(input: SelectionInput): Steps<{
  readonly answers: readonly ReaderAnswer[];
  readonly exclusions: readonly Exclusion[];
  readonly places: ReadonlyMap<string, { readonly frame: CandidateFrame; readonly lesion: LesionPlace }>;
}> {
  const images = new Map<string, CandidateImage>();
  yield* forEachInSteps(input.images, (image) => void images.set(image.sopInstanceUid, image));
  const answers: ReaderAnswer[] = [];
  const exclusions: Exclusion[] = [];
  const places = new Map<string, { frame: CandidateFrame; lesion: LesionPlace }>();
  const byFrame = yield* groupInSteps(input.labels, (label) => frameKey(frameOf(label)));
  yield* forEachInSteps([...byFrame], ([key, labels]) => {
    const placed = labels.flatMap((label) => {
      const frame = frameOf(label);
      const plane = images.get(frame.sopInstanceUid)?.planes?.[frame.frameNumber];
      const place = label.geometry && lesionPlace(label.geometry, plane);
      if (!place) exclusions.push({ code: 'no-geometry', subject: label.labelId });
      return place ? [{ label, place }] : [];
    });
    for (const { lesions, place } of matchLesions(placed)) {
      const caseKey = `${key}@${place.centre.map((at) => at.toFixed(1)).join(',')}`;
      answers.push(...lesions.map(({ label }) => answerOf(label, caseKey)));
      if (lesions[0]) places.set(caseKey, { frame: frameOf(lesions[0].label), lesion: place });
    }
  });
  return { answers, exclusions, places };
}

function* plainAnswers({ labels, definition }: SelectionInput): Steps<readonly ReaderAnswer[]> {
  const answers: ReaderAnswer[] = [];
  yield* forEachInSteps(labels, (label) => {
    const key = targetKey(label, definition.scope);
    if (key !== undefined) answers.push(answerOf(label, key));
  });
  return answers;
}

/** Keys of the wider or narrower units that a unit of the label's scope belongs to or consists of. */
function unitKeysOf(scopeKey: string, unit: Scope, members: readonly CandidateImage[]): string[] {
  if (unit === 'study') return [...new Set(members.map((image) => image.studyInstanceUid))];
  if (unit === 'series') return [...new Set(members.map((image) => image.seriesInstanceUid))];
  // From a lesion to its image: the frame it lies on, not every frame of the file.
  if (scopeKey.includes('@')) return [frameKey(parseFrameKey(scopeKey))];
  return members.flatMap(({ sopInstanceUid, frameCount }) =>
    Array.from({ length: frameCount }, (_, i) => frameKey({ sopInstanceUid, frameNumber: i + 1 })),
  );
}

/** Images by the unit that labels of this scope are about. */
function* imagesByScope(
  scope: Scope,
  images: readonly CandidateImage[],
): Steps<(scopeKey: string) => readonly CandidateImage[]> {
  const groups = yield* groupInSteps(images, (image) => {
    if (scope === 'study') return image.studyInstanceUid;
    return scope === 'series' ? image.seriesInstanceUid : image.sopInstanceUid;
  });
  const bare = scope === 'image' || scope === 'lesion';
  return (scopeKey) => groups.get(bare ? (scopeKey.split('/')[0] ?? '') : scopeKey) ?? [];
}

function parseFrameKey(key: string): CandidateFrame {
  const [sopInstanceUid = '', frame = '1'] = (key.split('@')[0] ?? '').split('/');
  return { sopInstanceUid, frameNumber: Number(frame) };
}

/** Answers of a finer scope joined into one unit: all the same, or the unit is out. */
function joinTruths(key: string, parts: readonly UnitTruth[], exclusions: Exclusion[]): UnitTruth[] {
  const [first] = parts;
  if (!first) return [];
  if (parts.some((part) => part.value !== first.value)) {
    exclusions.push({ code: 'mixed-labels', subject: key });
    return [];
  }
  return [{ key, value: first.value, revisionIds: parts.flatMap((part) => part.revisionIds).sort() }];
}

/**
 * Ground truth per unit. A label of a wider scope is inherited by each unit inside; labels of a narrower scope must
 * agree within the unit (`mixed-labels`). Throws `invalid-input` for lesion cases of a target that is no lesion label.
 */
export function* unitTruths(input: SelectionInput, unit: Scope, rule: GroundTruthRule): Steps<UnitTruths> {
  const { scope, name } = input.definition;
  if (unit === 'lesion' && scope !== 'lesion')
    throw new AppError('invalid-input', `"${name}" labels a whole ${scope}: lesion cases need lesion labels.`);
  const lesions = scope === 'lesion' ? yield* lesionAnswers(input) : undefined;
  const answers = lesions ? lesions.answers : yield* plainAnswers(input);
  const { truths, doubts } = yield* groundTruthInSteps(answers, rule, input.definition.number ? 'mean' : 'same');
  const exclusions: Exclusion[] = [...(lesions?.exclusions ?? [])];
  exclusions.push(...doubts.map(({ caseKey, code }) => ({ code, subject: caseKey })));
  const native = yield* mapInSteps(truths, ({ caseKey: key, value, revisionIds }): UnitTruth => {
    const place = lesions?.places.get(key);
    if (place) return { key, value, revisionIds, ...place };
    return scope === 'image' ? { key, value, revisionIds, frame: parseFrameKey(key) } : { key, value, revisionIds };
  });
  const membersOf = yield* imagesByScope(scope, input.images);
  const keysOf = (key: string) => (scope === unit ? [key] : unitKeysOf(key, unit, membersOf(key)));
  const labelled = new Set<string>();
  yield* forEachInSteps(answers, ({ caseKey }) => {
    for (const key of keysOf(caseKey)) labelled.add(key);
  });
  if (scope === unit) return { truths: native, exclusions, labelled };
  if (rank[unit] < rank[scope]) {
    const inherited: UnitTruth[] = [];
    yield* forEachInSteps(native, (truth) => {
      for (const key of keysOf(truth.key))
        inherited.push(unit === 'image' ? { ...truth, key, frame: parseFrameKey(key) } : { ...truth, key });
    });
    return { truths: inherited, exclusions, labelled };
  }
  const byUnit = new Map<string, UnitTruth[]>();
  yield* forEachInSteps(native, (truth) => {
    for (const key of keysOf(truth.key)) {
      const known = byUnit.get(key);
      if (known) known.push(truth);
      else byUnit.set(key, [truth]);
    }
  });
  const joined: UnitTruth[] = [];
  yield* forEachInSteps([...byUnit], ([key, all]) => {
    for (const truth of joinTruths(key, all, exclusions))
      joined.push(unit === 'image' ? { ...truth, frame: parseFrameKey(key) } : truth);
  });
  return { truths: joined, exclusions, labelled };
}
