import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SnapshotDetail, SnapshotSummary, SplitName } from '../../contract/datasets.ts';
import { AppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import { partNames, SplitPlan } from './assignSplits.ts';
import { sha256Hex } from './canonicalJson.ts';
import { pictureCount, picturesPerSlice } from './caseInput.ts';
import { type ManifestCase, SnapshotManifest, snapshotHash } from './snapshotManifest.ts';

/** A snapshot folder without its pictures. */
export interface SnapshotIndex {
  readonly directory: string;
  readonly manifest: SnapshotManifest;
  readonly splits: SplitPlan;
}

/** A verified snapshot with all pictures in memory. */
export interface Snapshot extends SnapshotIndex {
  /** Levels of one case, size x size, row-major; of several slices, those that are there, one after the other. */
  readonly levelsOf: (caseIndex: number) => Uint16Array;
}

const Checksums = z.record(z.string(), z.string());

const damaged = (what: string, cause?: unknown): AppError =>
  new AppError('snapshot-damaged', `The snapshot folder is damaged: ${what}. Create the dataset again.`, { cause });

function readChecked(directory: string, name: string, checksums: Record<string, string>): Buffer {
  const file = path.join(directory, name);
  if (!existsSync(file)) throw damaged(`${name} is missing`);
  const bytes = readFileSync(file);
  if (sha256Hex(bytes) !== checksums[name]) throw damaged(`${name} was changed`);
  return bytes;
}

function parseJson<T>(bytes: Buffer, schema: z.ZodType<T>, name: string): T {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw damaged(`${name} cannot be read`, cause);
  }
}

function readChecksums(directory: string): Record<string, string> {
  const file = path.join(directory, 'checksums.json');
  if (!existsSync(directory)) throw new AppError('not-found', 'There is no such snapshot folder.');
  if (!existsSync(file)) throw damaged('checksums.json is missing');
  return parseJson(readFileSync(file), Checksums, 'checksums.json');
}

/** Manifest and splits, verified; the pictures are not read. Throws `not-found`, `snapshot-damaged`. */
export function readSnapshotIndex(directory: string): SnapshotIndex {
  const checksums = readChecksums(directory);
  const manifest = parseJson(readChecked(directory, 'manifest.json', checksums), SnapshotManifest, 'manifest.json');
  const splits = parseJson(readChecked(directory, 'splits.json', checksums), SplitPlan, 'splits.json');
  if (snapshotHash(manifest, splits) !== manifest.hash) throw damaged('its content does not match its hash');
  return { directory, manifest, splits };
}

/** Opens a snapshot folder, wherever it was copied to. Throws `not-found`, `snapshot-damaged`. */
export function openSnapshot(directory: string): Snapshot {
  const index = readSnapshotIndex(directory);
  const { tensors, cases, preprocessing } = index.manifest;
  const bytes = readChecked(directory, tensors.file, { [tensors.file]: tensors.sha256 });
  const area = preprocessing.size ** 2;
  const stride = pictureCount(preprocessing) * area;
  if (bytes.length !== cases.length * stride * 2) throw damaged('the number of pictures is wrong');
  const levels = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const perSlice = picturesPerSlice(preprocessing) * area;
  const lengthOf = (caseIndex: number) => sliceCount(cases[caseIndex]) * perSlice;
  return {
    ...index,
    levelsOf: (caseIndex) => levels.subarray(caseIndex * stride, caseIndex * stride + lengthOf(caseIndex)),
  };
}

/** Split of each case: of the snapshot, or of one of its folds (from 1). */
export function splitOfCases({ splits }: SnapshotIndex, fold?: number): readonly SplitName[] {
  if (splits.kind === 'split') return splits.parts;
  const parts = splits.folds[(fold ?? 1) - 1];
  if (!parts) throw new AppError('invalid-input', `The snapshot has ${splits.folds.length} folds.`);
  return parts;
}

/** Slices that a case has; 1 where a case is one picture. */
export const sliceCount = (found: Pick<ManifestCase, 'images'> | undefined): number => found?.images?.length ?? 1;

/**
 * One picture each of some cases, size x size, one after the other; reads only what is asked for. Of a case of several
 * slices that is `slice` (from 0, the last where there are fewer), or the middle one; of several channels `channel`. Throws
 * `not-found`.
 */
export function snapshotLevels(
  { directory, manifest }: SnapshotIndex,
  indexes: readonly number[],
  slice?: number,
  channel = 0,
): Uint16Array {
  const area = manifest.preprocessing.size ** 2;
  const stride = pictureCount(manifest.preprocessing);
  const perSlice = picturesPerSlice(manifest.preprocessing);
  const levels = new Uint16Array(indexes.length * area);
  const file = openSync(path.join(directory, manifest.tensors.file), 'r');
  try {
    indexes.forEach((caseIndex, i) => {
      const found = manifest.cases[caseIndex];
      if (!found) throw new AppError('not-found', 'The snapshot has no such case.');
      const slices = sliceCount(found);
      const at = Math.min(slices - 1, slice ?? Math.floor(slices / 2));
      const picture = caseIndex * stride + at * perSlice + Math.min(perSlice - 1, channel);
      const read = readSync(file, new Uint8Array(levels.buffer), i * area * 2, area * 2, picture * area * 2);
      if (read !== area * 2) throw damaged('tensors.bin is too short');
    });
  } finally {
    closeSync(file);
  }
  return levels;
}

/** The same as 8-bit pictures. */
export const snapshotPictures = (
  index: SnapshotIndex,
  indexes: readonly number[],
  slice?: number,
  channel = 0,
): Uint8Array => Uint8Array.from(snapshotLevels(index, indexes, slice, channel), (level) => level >> 8);

export function snapshotSummary({ directory, manifest, splits }: SnapshotIndex): SnapshotSummary {
  const { id, hash, target, unit, classes, positive, createdAt, preprocessing, cases } = manifest;
  return {
    ...{ id, hash, path: directory, target, unit, classes, createdAt },
    ...(manifest.recipe.task !== 'classification' && { task: manifest.recipe.task }),
    ...(positive !== undefined && { positive }),
    ...(manifest.number && { number: manifest.number }),
    ...(splits.kind === 'folds' && { folds: splits.folds.length, ...(splits.scheme && { scheme: splits.scheme }) }),
    cases: cases.length,
    patients: new Set(cases.map((c) => c.patientId)).size,
    size: preprocessing.size,
    channels: preprocessing.channels,
    ...(preprocessing.slices && { slices: preprocessing.slices.count }),
    ...(preprocessing.phases && { phases: preprocessing.phases.map(({ name }) => name) }),
  };
}

export function snapshotDetail(index: SnapshotIndex): SnapshotDetail {
  const { manifest, splits } = index;
  const names = partNames(splits);
  const { recipe, counts, excluded, findings, groundTruthRule } = manifest;
  const cases = manifest.cases.map((c, i) => ({
    index: i,
    patientId: c.patientId,
    imageId: imageIdOf(c.sopInstanceUid as SopInstanceUid, c.frameNumber),
    seriesInstanceUid: c.seriesInstanceUid,
    className: c.className,
    ...(manifest.preprocessing.slices && c.images && { slices: c.images.length }),
    split: names[i] ?? '',
  }));
  return { summary: snapshotSummary(index), ...{ recipe, counts, excluded, findings, groundTruthRule }, cases };
}
