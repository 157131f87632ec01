import type { SliceChoice } from '../../contract/caseShape.ts';
import type { DatasetPreview, DatasetRecipe } from '../../contract/datasets.ts';
import type { DatasetTask } from '../../contract/datasetTask.ts';
import type { NumberScale, Scope } from '../../contract/labels.ts';
import type { DataFinding } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import type { GroundTruthRule } from '../../domain/groundTruth.ts';
import { labelWords } from '../../domain/labelWords.ts';
import { finish, forEachInSteps, groupInSteps, type Steps, sortInSteps } from '../../domain/steps.ts';
import type {
  CandidateFrame,
  CandidateImage,
  CandidateLabel,
  CaseCandidate,
  SelectionInput,
  SourceFrame,
} from './candidates.ts';
import { frameKey, type UnitTruth, unitTruths } from './caseTruth.ts';
import { chooseSlices, markedExtent } from './chooseSlices.ts';
import type { Exclusion, ExclusionCode } from './exclusions.ts';
import { type LabelledUnit, labelTruths } from './labelTruths.ts';
import { lesionPlace } from './lesionPlace.ts';

export type Funnel = DatasetPreview['funnel'];

/** The eligible cases of a recipe, and the way there. */
export interface CaseSelection {
  readonly task: DatasetTask;
  readonly unit: Scope;
  readonly classes: readonly string[];
  readonly positive?: string;
  /** The answers are numbers; the one class is their name. */
  readonly number?: NumberScale;
  readonly rule: GroundTruthRule;
  /** Sorted by case id. */
  readonly cases: readonly CaseCandidate[];
  /** Stages found, labelled and eligible; `split` is added once the cases are split. */
  readonly funnel: Funnel;
  readonly exclusions: readonly Exclusion[];
  readonly findings: readonly DataFinding[];
}

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

function* catalogueOf({ images, labels }: SelectionInput): Steps<Catalogue> {
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

/** Frames of each series of a series or study case, in display order. */
function stacksOfCase(key: string, unit: Scope, input: SelectionInput, catalogue: Catalogue) {
  const members = (unit === 'study' ? catalogue.byStudy : catalogue.bySeries).get(key) ?? [];
  const kept = members.filter((image) => !image.isRemoved);
  const series = [...new Set((kept.length > 0 ? kept : members).map((image) => image.seriesInstanceUid))].sort(byText);
  return series.map((uid) => framesOf(uid, input, catalogue));
}

const longestOf = (stacks: readonly (readonly CandidateFrame[])[]): readonly CandidateFrame[] =>
  stacks.reduce((best, frames) => (frames.length > best.length ? frames : best), stacks[0] ?? []);

/** The frame that stands for a case: its own, or one of its series (of a study: its series with most frames). */
function frameOfCase(
  truth: UnitTruth,
  unit: Scope,
  recipe: DatasetRecipe,
  input: SelectionInput,
  catalogue: Catalogue,
): CandidateFrame | undefined {
  if (truth.frame) return truth.frame;
  const stacks = stacksOfCase(truth.key, unit, input, catalogue);
  const longest = longestOf(stacks);
  const marked = recipe.frame === 'largest-lesion' && frameOfLargestLesion(stacks.flat(), catalogue);
  return marked || longest[Math.floor(longest.length / 2)];
}

type SlicesOf = (truth: UnitTruth) => readonly CandidateFrame[];

/** Chooses the slices of a case, of its longest series or the longest part with a lesion; none where there is none. */
function slicesOfCase(
  { count, extent }: SliceChoice,
  unit: Scope,
  input: SelectionInput,
  catalogue: Catalogue,
): SlicesOf {
  return ({ key }) => {
    const stacks = stacksOfCase(key, unit, input, catalogue);
    const parts =
      extent === 'series' ? stacks : stacks.map((all) => markedExtent(all, (f) => catalogue.byFrame.has(frameKey(f))));
    return chooseSlices(longestOf(parts), count);
  };
}

const isAnswer = ({ number, values }: SelectionInput['definition'], value: string): boolean =>
  number ? Number.isFinite(Number(value)) : values.includes(value);

/** Of a number and of labels: what a network is to say, and that in words. */
function targetsOf(
  truth: UnitTruth,
  { definition }: SelectionInput,
  labels: readonly SelectionInput['definition'][],
): Partial<Pick<CaseCandidate, 'targets' | 'className'>> {
  if (definition.number) return { targets: [Number(truth.value)] };
  if (!isLabelled(truth)) return {};
  const names = labels.map(({ name }) => name);
  const answers = truth.targets.map((target) => (target === null ? undefined : target === 1));
  return { targets: truth.targets, className: labelWords(names, answers) };
}

const isLabelled = (truth: UnitTruth): truth is LabelledUnit => 'targets' in truth;

function unfitness(
  image: CandidateImage | undefined,
  value: string,
  /** Absent where the answer was looked at before. */
  definition: SelectionInput['definition'] | undefined,
): ExclusionCode | undefined {
  if (!image) return 'unknown-image';
  if (definition && !isAnswer(definition, value)) return 'unknown-class';
  if (image.isRemoved) return 'removed-series';
  if (image.isAstray) return 'file-changed';
  return image.isDamaged ? 'damaged-pixels' : undefined;
}

function candidateOf(image: CandidateImage, frame: CandidateFrame, truth: UnitTruth, unit: Scope): CaseCandidate {
  const { patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, sourcePath, rows, columns } = image;
  return {
    caseId: unit === 'lesion' ? truth.key : frameKey(frame),
    ...{ patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, sourcePath, rows, columns },
    frameNumber: frame.frameNumber,
    className: truth.value,
    revisionIds: truth.revisionIds,
    ...(image.linkedIds && { linkedIds: image.linkedIds }),
    ...(image.pixelSha256 !== undefined && { pixelSha256: image.pixelSha256 }),
    ...(image.pixelSpacing && { pixelSpacing: image.pixelSpacing }),
    ...(truth.lesion && { lesion: truth.lesion }),
    ...(image.sites && { sites: image.sites }),
  };
}

const sourcesOf = (frames: readonly CandidateFrame[], { bySop }: Catalogue): SourceFrame[] =>
  frames.map(({ sopInstanceUid, frameNumber }) => {
    return { sopInstanceUid, frameNumber, sourcePath: bySop.get(sopInstanceUid)?.sourcePath ?? '' };
  });

/** Number of units of this kind in the workspace and of the patients they belong to. */
function foundUnits(input: SelectionInput, unit: Scope, labelled: number): { cases: number; patients: number } {
  const { found } = input;
  if (found) {
    const cases = { study: found.studies, series: found.series, lesion: labelled, image: found.frames }[unit];
    return { cases, patients: found.patients };
  }
  const patients = new Set(input.images.map((image) => image.patientId)).size;
  if (unit === 'study') return { cases: new Set(input.images.map((i) => i.studyInstanceUid)).size, patients };
  if (unit === 'series') return { cases: new Set(input.images.map((i) => i.seriesInstanceUid)).size, patients };
  if (unit === 'lesion') return { cases: labelled, patients };
  return { cases: input.images.reduce((sum, image) => sum + image.frameCount, 0), patients };
}

function* patientsWith(keys: ReadonlySet<string>, unit: Scope, images: readonly CandidateImage[]): Steps<number> {
  const isBare = unit === 'image' || unit === 'lesion';
  const wanted = new Set<string>();
  yield* forEachInSteps([...keys], (key) => void wanted.add(isBare ? (key.split('/')[0] ?? '') : key));
  const keyOf = (image: CandidateImage) => {
    if (unit === 'study') return image.studyInstanceUid;
    return unit === 'series' ? image.seriesInstanceUid : image.sopInstanceUid;
  };
  const patients = new Set<string>();
  yield* forEachInSteps(images, (image) => {
    if (wanted.has(keyOf(image))) patients.add(image.patientId);
  });
  return patients.size;
}

function* selectionFindings(
  cases: readonly CaseCandidate[],
  input: SelectionInput,
  unused: readonly string[],
  slices: SliceChoice | undefined,
): Steps<DataFinding[]> {
  const findings: DataFinding[] = [];
  const used = new Set<string>();
  yield* forEachInSteps(cases, ({ sopInstanceUid, frames = [] }) => {
    used.add(sopInstanceUid);
    for (const frame of frames) used.add(frame.sopInstanceUid);
  });
  let lossy = 0;
  yield* forEachInSteps(input.images, (image) => {
    if (image.isLossy && used.has(image.sopInstanceUid)) lossy += 1;
  });
  if (lossy > 0) {
    const message = `${lossy} images were compressed with loss; artefacts may differ between classes.`;
    findings.push({ code: 'lossy-compressed', severity: 'info', message, count: lossy });
  }
  const unspaced = cases.filter((c) => c.lesion && !c.pixelSpacing).length;
  if (unspaced > 0) {
    const message = `${unspaced} lesions lie on images without pixel spacing: their crops are measured in pixels.`;
    findings.push({ code: 'no-pixel-spacing', severity: 'warning', message, count: unspaced });
  }
  const short = slices ? cases.filter((c) => (c.frames?.length ?? 0) < slices.count).length : 0;
  if (short > 0) {
    const message = `${short} cases have fewer than ${slices?.count} slices: the places of the others stay empty.`;
    findings.push({ code: 'few-slices', severity: 'info', message, count: short });
  }
  for (const name of unused) {
    findings.push({ code: 'unused-class', severity: 'info', message: `No usable case is labelled "${name}".` });
  }
  return findings;
}

/**
 * From labels and images to the cases a recipe makes. Pure. Throws `invalid-input` for an impossible unit or positive
 * class; `refuseUntrainable` judges what is left.
 */
export function* selectCasesInSteps(input: SelectionInput, recipe: DatasetRecipe): Steps<CaseSelection> {
  const { definition } = input;
  refuseOtherTask(recipe, definition);
  const unit = recipe.unit ?? definition.scope;
  const rule: GroundTruthRule =
    recipe.reader === undefined ? { kind: 'common' } : { kind: 'reader', reader: recipe.reader };
  const catalogue = yield* catalogueOf(input);
  const isLabels = recipe.task === 'multi-label';
  const labels = isLabels ? [definition, ...(input.further ?? []).map((each) => each.definition)] : [];
  const truthsOf = isLabels ? labelTruths : unitTruths;
  const { truths, exclusions: doubts, labelled } = yield* truthsOf(input, unit, rule);
  const exclusions = [...doubts];
  const found: CaseCandidate[] = [];
  const { slices } = recipe;
  if (slices && unit !== 'series' && unit !== 'study')
    throw new AppError('invalid-input', `Several slices are a case of a series or study, not of one ${unit}.`);
  const slicesOf = slices && slicesOfCase(slices, unit, input, catalogue);
  for (const truth of truths) {
    yield;
    const frames = slicesOf?.(truth);
    const frame = frames ? frames[Math.floor(frames.length / 2)] : frameOfCase(truth, unit, recipe, input, catalogue);
    const image = frame && catalogue.bySop.get(frame.sopInstanceUid);
    const all = frames && frames.length > 0 ? frames.map((f) => catalogue.bySop.get(f.sopInstanceUid)) : [image];
    const codes = all.flatMap((each) => unfitness(each, truth.value, isLabels ? undefined : definition) ?? []);
    const [code] = frames?.length === 0 && slices?.extent === 'lesion' ? (['no-lesion'] as const) : codes;
    if (code) exclusions.push({ code, subject: truth.key });
    else if (image && frame)
      found.push({
        ...candidateOf(image, frame, truth, unit),
        ...targetsOf(truth, input, labels),
        ...(frames && { frames: sourcesOf(frames, catalogue) }),
      });
  }
  const cases = yield* sortInSteps(found, (a, b) => byText(a.caseId, b.caseId));
  const given = new Set(cases.map((c) => c.className));
  const used = definition.values.filter((value) => given.has(value));
  const classes = isLabels
    ? labels.map(({ name }) => name)
    : definition.number
      ? [definition.name]
      : gradesOf(recipe, input, used);
  const positive = positiveOf(recipe, input, classes);
  const eligible = { cases: cases.length, patients: new Set(cases.map((c) => c.patientId)).size };
  return {
    task: recipe.task,
    unit,
    classes,
    ...(positive !== undefined && { positive }),
    ...(definition.number && { number: definition.number }),
    rule,
    cases,
    funnel: [
      { stage: 'found', ...foundUnits(input, unit, labelled.size) },
      { stage: 'labelled', cases: labelled.size, patients: yield* patientsWith(labelled, unit, input.images) },
      { stage: 'eligible', ...eligible },
    ],
    exclusions,
    findings: yield* selectionFindings(
      cases,
      input,
      isLabels ? [] : definition.values.filter((value) => !classes.includes(value)),
      slices,
    ),
  };
}

export const selectCases = (input: SelectionInput, recipe: DatasetRecipe): CaseSelection =>
  finish(selectCasesInSteps(input, recipe));

/** Throws `invalid-input` where the question is not of the task's kind. */
function refuseOtherTask({ task, also }: DatasetRecipe, { name, number }: SelectionInput['definition']): void {
  if (also && also.length > 0 && task !== 'multi-label')
    throw new AppError('invalid-input', 'Several questions at once are labels: choose the task multi-label.');
  if (number && task !== 'regression')
    throw new AppError('invalid-input', `"${name}" is answered with a number: choose the task regression.`);
  if (!number && task === 'regression')
    throw new AppError('invalid-input', `"${name}" is not answered with a number: choose another task.`);
}

/** The classes in the order that the recipe asks for. Throws `invalid-input` where it lacks one or has one that is none. */
function gradesOf({ task, grades }: DatasetRecipe, { definition }: SelectionInput, used: readonly string[]) {
  if (grades === undefined) return used;
  if (task !== 'ordinal') throw new AppError('invalid-input', 'Only ordered grades have an order: leave it out.');
  const unknown = grades.find((value) => !definition.values.includes(value));
  if (unknown !== undefined)
    throw new AppError('invalid-input', `"${unknown}" is not a value of "${definition.name}".`);
  if (new Set(grades).size < grades.length) throw new AppError('invalid-input', 'A grade is named twice.');
  const left = used.find((value) => !grades.includes(value));
  if (left !== undefined)
    throw new AppError(
      'invalid-input',
      `Cases are labelled "${left}", which is not among the grades: say where it belongs.`,
    );
  return grades.filter((value) => used.includes(value));
}

/** Two classes have a positive one: as asked for, else as the definition says, else the last. */
function positiveOf(
  recipe: DatasetRecipe,
  { definition }: SelectionInput,
  classes: readonly string[],
): string | undefined {
  if (recipe.task !== 'classification') {
    if (recipe.positive === undefined) return undefined;
    const what = { ordinal: 'Ordered grades have', regression: 'A number has', 'multi-label': 'Several labels have' }[
      recipe.task
    ];
    throw new AppError('invalid-input', `${what} no positive class: leave it out.`);
  }
  const asked = recipe.positive ?? definition.positiveValue;
  if (recipe.positive !== undefined && !definition.values.includes(recipe.positive))
    throw new AppError('invalid-input', `"${recipe.positive}" is not a value of "${definition.name}".`);
  if (classes.length !== 2) return undefined;
  return asked !== undefined && classes.includes(asked) ? asked : classes[1];
}

/** Throws `no-eligible-cases` or `missing-class` where nothing can be trained on the selection. */
export function refuseUntrainable(
  selection: Pick<CaseSelection, 'cases' | 'classes'> & Partial<Pick<CaseSelection, 'task'>>,
): void {
  if (selection.cases.length === 0)
    throw new AppError('no-eligible-cases', 'No labelled case can be used: see what was left out and why.');
  if (selection.task === 'regression') {
    if (new Set(selection.cases.map((c) => c.className)).size > 1) return;
    throw new AppError('missing-class', 'All usable cases have the same number: there is nothing to learn.');
  }
  if (selection.task === 'multi-label') {
    refuseOneSided(selection);
    return;
  }
  if (selection.classes.length < 2)
    throw new AppError('missing-class', `All usable cases are "${selection.classes[0]}": two classes are needed.`);
  if (selection.task === 'ordinal' && selection.classes.length < 3)
    throw new AppError(
      'missing-class',
      'Usable cases have two grades only: ordered grades need three or more. Choose classification instead.',
    );
}

/** Throws `missing-class` where a label has only one answer among the cases. */
export function refuseOneSided(
  {
    cases,
    classes,
  }: { readonly cases: readonly Pick<CaseCandidate, 'targets'>[]; readonly classes: readonly string[] },
  where = 'usable cases',
): void {
  classes.forEach((name, label) => {
    const answers = new Set(cases.flatMap(({ targets }) => targets?.[label] ?? []));
    const missing = [0, 1].find((answer) => !answers.has(answer));
    if (missing === undefined) return;
    throw new AppError(
      'missing-class',
      `No case among the ${where} has the answer ${missing ? 'yes' : 'no'} to "${name}".`,
    );
  });
}
