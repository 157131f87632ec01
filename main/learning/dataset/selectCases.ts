import type { SliceChoice } from '../../contract/caseShape.ts';
import type { DatasetPreview, DatasetRecipe } from '../../contract/datasets.ts';
import type { DatasetTask } from '../../contract/datasetTask.ts';
import type { NumberScale, Scope } from '../../contract/labels.ts';
import type { DataFinding } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import type { GroundTruthRule } from '../../domain/groundTruth.ts';
import { labelWords } from '../../domain/labelWords.ts';
import { finish, forEachInSteps, type Steps, sortInSteps } from '../../domain/steps.ts';
import type { CandidateFrame, CandidateImage, CaseCandidate, SelectionInput } from './candidates.ts';
import { caseChannels } from './caseChannels.ts';
import { type CaseSource, catalogueOf, frameOfCase, slicesOfCase, sourceOf, whyNoChannels } from './caseFrames.ts';
import { frameKey, type UnitTruth, unitTruths } from './caseTruth.ts';
import type { Exclusion, ExclusionCode } from './exclusions.ts';
import { type LabelledUnit, labelTruths } from './labelTruths.ts';

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

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

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
  const { slices, phases } = recipe;
  if (slices && unit !== 'series' && unit !== 'study')
    throw new AppError('invalid-input', `Several slices are a case of a series or study, not of one ${unit}.`);
  if (phases && new Set(phases.map(({ name }) => name)).size < phases.length)
    throw new AppError('invalid-input', 'Two channels have the same name.');
  const channels = phases && caseChannels(phases, input);
  const source: CaseSource = { input, catalogue, channels };
  const slicesOf = slices && slicesOfCase(slices, unit, source);
  for (const truth of truths) {
    yield;
    const several = slicesOf?.(truth);
    const frame = several ? several[Math.floor(several.length / 2)] : frameOfCase(truth, unit, recipe, source);
    const frames = several ?? (channels && frame ? [frame] : undefined);
    const image = frame && catalogue.bySop.get(frame.sopInstanceUid);
    const sources = frames?.map((each) => sourceOf(each, source));
    const codes = [
      ...(frame === undefined && channels ? [whyNoChannels(truth.key, unit, source)] : []),
      ...(several?.length === 0 && slices?.extent === 'lesion' ? (['no-lesion'] as const) : []),
      ...(frames && frames.length > 0 ? frames : [frame]).flatMap(
        (each) =>
          unfitness(each && catalogue.bySop.get(each.sopInstanceUid), truth.value, isLabels ? undefined : definition) ??
          [],
      ),
      ...(sources ?? []).flatMap((each) => (typeof each === 'string' ? [each] : [])),
    ];
    const [code] = codes;
    if (code) exclusions.push({ code, subject: truth.key });
    else if (image && frame)
      found.push({
        ...candidateOf(image, frame, truth, unit),
        ...targetsOf(truth, input, labels),
        ...(sources && { frames: sources.filter((each) => typeof each !== 'string') }),
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
