import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DatasetRecipe } from '../../contract/datasets.ts';
import { AppError } from '../../domain/errors.ts';
import { describeRule } from '../../domain/groundTruth.ts';
import type { SplitRow } from '../../domain/split/splitFromFile.ts';
import { assignSplits, countCases, partNames, type SplitPlan } from './assignSplits.ts';
import type { CaseCandidate } from './candidates.ts';
import { canonicalJson, sha256Hex } from './canonicalJson.ts';
import { pictureCount } from './caseInput.ts';
import { type CaseLevels, caseLevels, type LoadCaseFrame } from './caseLevels.ts';
import { asDiskError, syncDirectory, writeDurably } from './durableFile.ts';
import { countExclusions, type Exclusion } from './exclusions.ts';
import { measureLevels } from './measureLevels.ts';
import { refuseUnlearnable, refuseUntrainable } from './refuseUntrainable.ts';
import type { CaseSelection } from './selectCases.ts';
import { type ManifestCase, type SnapshotManifest, snapshotHash } from './snapshotManifest.ts';

export type { LoadCaseFrame } from './caseLevels.ts';

export interface SnapshotRequest {
  /** Folder that holds the snapshots; the snapshot becomes `<root>/<id>`. */
  readonly root: string;
  readonly selection: CaseSelection;
  readonly recipe: DatasetRecipe;
  /** Name of the label definition. */
  readonly target: string;
  /** Of a split file. */
  readonly splitRows?: readonly SplitRow[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface SnapshotOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

type LoadedCase = CaseCandidate & CaseLevels;

async function loadCases(request: SnapshotRequest, load: LoadCaseFrame, { signal, onProgress }: SnapshotOptions) {
  const { cases } = request.selection;
  const loaded: LoadedCase[] = [];
  const exclusions: Exclusion[] = [];
  // Frames of one file one after the other: the loader keeps the last file open.
  const inFileOrder = [...cases].sort((a, b) =>
    a.sourcePath === b.sourcePath ? 0 : a.sourcePath < b.sourcePath ? -1 : 1,
  );
  for (const [i, candidate] of inFileOrder.entries()) {
    if (signal?.aborted) throw new AppError('cancelled', 'Creating the dataset was cancelled.');
    const made = await caseLevels(candidate, request.recipe, load);
    if (typeof made === 'string') exclusions.push({ code: made, subject: candidate.caseId });
    else loaded.push({ ...candidate, ...made });
    onProgress?.(i + 1, cases.length);
  }
  return { loaded: loaded.sort((a, b) => (a.caseId < b.caseId ? -1 : 1)), exclusions };
}

function manifestCaseOf(c: LoadedCase): ManifestCase {
  const { caseId, patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameNumber, className } = c;
  return {
    ...{ caseId, patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameNumber, className },
    ...(c.linkedIds && { linkedIds: [...c.linkedIds] }),
    ...(c.targets && { targets: [...c.targets] }),
    revisionIds: [...c.revisionIds],
    ...(c.lesion && { lesion: { centre: [c.lesion.centre[0], c.lesion.centre[1]], extent: c.lesion.extent } }),
    ...(c.pixelSha256 !== undefined && { pixelSha256: c.pixelSha256 }),
    frameSha256: c.frameSha256,
    ...(c.images && { images: c.images }),
  };
}

/**
 * Of the training part alone. Folds have no common training part, so they get fixed values that no image influences;
 * the networks' own normalisation takes up the rest.
 */
function normalisationOf(cases: readonly LoadedCase[], splits: SplitPlan) {
  if (splits.kind === 'folds') return { mean: 0.5, standardDeviation: 0.25 };
  return measureLevels(cases.filter((_, i) => splits.parts[i] === 'train').map((c) => c.levels));
}

/** The recipe as recorded: what the split file said is in splits.json, where it lay does not matter. */
function recordedRecipe(recipe: DatasetRecipe, target: string): DatasetRecipe {
  const partition = recipe.partition.kind === 'file' ? { kind: 'file' as const, path: '' } : recipe.partition;
  return { ...recipe, ...(recipe.task !== 'multi-label' && { target }), partition };
}

function manifestOf(
  request: SnapshotRequest,
  cases: readonly LoadedCase[],
  splits: SplitPlan,
  tensors: Uint8Array,
): Omit<SnapshotManifest, 'hash' | 'id' | 'counts' | 'excluded' | 'findings' | 'funnel'> {
  const { selection, recipe, target, createdAt } = request;
  const { size, resize, cropMm, window, slices, phases } = recipe;
  const channels = phases?.length ?? recipe.channels;
  return {
    format: 'groundglass-snapshot',
    version: 1,
    createdAt,
    recipe: recordedRecipe(recipe, target),
    target,
    unit: selection.unit,
    classes: [...selection.classes],
    ...(selection.positive !== undefined && { positive: selection.positive }),
    ...(selection.number && { number: selection.number }),
    groundTruthRule: describeRule(selection.rule, selection.number ? 'mean' : 'same'),
    preprocessing: {
      ...{ size, resize, channels },
      ...(cropMm !== undefined && { cropMm }),
      ...(window && { window }),
      ...(slices && { slices: { ...slices, ...(slices.extent === 'lesion' && { label: target }) } }),
      ...(phases && { phases }),
      ...normalisationOf(cases, splits),
    },
    cases: cases.map(manifestCaseOf),
    tensors: { file: 'tensors.bin', type: 'uint16', sha256: sha256Hex(tensors) },
  };
}

/** Each case takes the same room; where a series has fewer slices the rest is 0. */
function concatenateLevels(cases: readonly LoadedCase[], { size, slices, phases }: DatasetRecipe): Uint8Array {
  const stride = pictureCount({ slices, phases }) * size * size;
  const levels = new Uint16Array(cases.length * stride);
  cases.forEach((c, i) => {
    levels.set(c.levels, i * stride);
  });
  return new Uint8Array(levels.buffer);
}

function placeFolder(
  request: SnapshotRequest,
  manifest: SnapshotManifest,
  splits: SplitPlan,
  tensors: Uint8Array,
): string {
  const directory = path.join(request.root, manifest.id);
  if (existsSync(directory)) return directory;
  const temporary = path.join(request.root, `.making-${randomUUID()}`);
  try {
    mkdirSync(temporary, { recursive: true });
    const files = { 'manifest.json': canonicalJson(manifest, 1), 'splits.json': canonicalJson(splits) };
    for (const [name, text] of Object.entries(files)) writeDurably(path.join(temporary, name), text);
    writeDurably(path.join(temporary, 'tensors.bin'), tensors);
    const sums = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256Hex(text)]));
    const checksums = { ...sums, 'tensors.bin': manifest.tensors.sha256 };
    writeDurably(path.join(temporary, 'checksums.json'), canonicalJson(checksums, 1));
    renameSync(temporary, directory);
    syncDirectory(request.root);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw asDiskError(error);
  }
  return directory;
}

/**
 * Reads, preprocesses, splits and freezes the cases as a folder that trains anywhere. The folder appears whole or not
 * at all; the same content again returns the folder that is there. Throws `no-eligible-cases`, `missing-class`,
 * `split-overlap`, `too-few-patients`, `cancelled`, `disk-full`.
 */
export async function writeSnapshot(
  request: SnapshotRequest,
  load: LoadCaseFrame,
  options: SnapshotOptions = {},
): Promise<{ directory: string; manifest: SnapshotManifest }> {
  refuseUntrainable(request.selection);
  const { loaded, exclusions } = await loadCases(request, load, options);
  refuseUntrainable({ cases: loaded, classes: request.selection.classes, task: request.selection.task });
  const split = assignSplits(loaded, request.recipe, request.splitRows);
  const { selection } = request;
  const { classes } = selection;
  if (selection.task === 'multi-label') refuseUnlearnable(split.cases, split.splits, selection);
  const isPlain = selection.task === 'classification' || selection.task === 'ordinal';
  const lost = !isPlain ? undefined : classes.find((name) => !split.cases.some((c) => c.className === name));
  if (lost !== undefined)
    throw new AppError(
      'missing-class',
      `Every case of class "${lost}" turned out to be unusable: see what was left out.`,
    );
  const tensors = concatenateLevels(split.cases, request.recipe);
  const content = manifestOf(request, split.cases, split.splits, tensors);
  const hash = snapshotHash(content, split.splits);
  const patients = new Set(split.cases.map((c) => c.patientId)).size;
  const manifest: SnapshotManifest = {
    ...content,
    id: `snapshot-${hash.slice(0, 12)}`,
    hash,
    counts: countCases(split.cases, partNames(split.splits), classes, selection.task),
    funnel: [...request.selection.funnel, { stage: 'split', cases: split.cases.length, patients }],
    excluded: countExclusions([...request.selection.exclusions, ...exclusions, ...split.exclusions]),
    findings: [...request.selection.findings, ...split.findings],
  };
  return { directory: placeFolder(request, manifest, split.splits, tensors), manifest };
}
