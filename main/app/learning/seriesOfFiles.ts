import { basename } from 'node:path';
import type { Preprocessing } from '../../contract/models.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import type { IndexedFile } from '../../domain/imageTypes.ts';
import { scanPaths } from '../../imaging/files/scanPaths.ts';
import type { ImagingPool } from '../../imaging/pool.ts';
import { assembleStacks } from '../../imaging/series/assembleStacks.ts';
import { chooseSlices } from '../../learning/dataset/chooseSlices.ts';
import type { SliceFile } from '../../learning/prediction/predictSeries.ts';
import { longestOf } from '../images/stacksOf.ts';
import { pictureStems } from './pictureStems.ts';

/** The slices of a series that a model looks at together. */
export interface SeriesOfFiles {
  readonly seriesInstanceUid: string;
  readonly patientId: string;
  readonly slices: readonly SliceFile[];
}

export interface BadFile {
  readonly file: string;
  readonly error: AppError;
}

/** What is asked of each file before it goes to the network: its fault, if it has one. */
type FaultOf = (address: string) => Promise<AppError | undefined>;

interface NamedFile {
  readonly name: string;
  readonly indexed: IndexedFile;
}

/**
 * Image files put together as series, each with the slices that a model looks at: evenly over its longest stack. A model of
 * the slices of a lesion takes the files given as that lesion. Files that say nothing of their series, and series with a
 * slice that cannot be read, are told as bad.
 */
export async function seriesOfFiles(
  inputs: readonly string[],
  slices: NonNullable<Preprocessing['slices']>,
  { pool, faultOf, signal }: { pool: ImagingPool; faultOf: FaultOf; signal: AbortSignal },
): Promise<{ series: SeriesOfFiles[]; bad: BadFile[] }> {
  const bad: BadFile[] = [];
  const files: NamedFile[] = [];
  for await (const file of scanPaths(inputs)) {
    signal.throwIfAborted();
    if (file.kind === 'ignored') continue;
    const name = file.relativePath || basename(file.address);
    if (file.kind === 'rejected') bad.push({ file: name, error: file.error });
    else
      await pool.run('indexFile', { address: file.address }, { signal }).then(
        (indexed) => files.push({ name, indexed }),
        (thrown: unknown) => bad.push({ file: name, error: told(thrown, signal) }),
      );
  }
  const stemOf = pictureStems();
  const series: SeriesOfFiles[] = [];
  for (const [uid, members] of Map.groupBy(files, ({ indexed }) => indexed.series.seriesInstanceUid)) {
    const bySop = new Map(members.map((file) => [file.indexed.instance.sopInstanceUid, file]));
    const frames = longestOf(assembleStacks([...bySop.values()].map(({ indexed }) => indexed.instance)));
    const chosen = chooseSlices(frames, slices.count).flatMap(({ sopInstanceUid, frameNumber }) => {
      const found = bySop.get(sopInstanceUid);
      return found ? [{ ...found, frameNumber }] : [];
    });
    const fault = await firstFault(chosen, faultOf);
    if (fault) bad.push(fault);
    else if (chosen.length === 0) bad.push(withoutImages(members));
    else series.push({ seriesInstanceUid: uid, patientId: members[0]?.indexed.patient.patientId ?? '', slices: chosen.map((slice) => sliceFile(slice, stemOf)) }); // biome-ignore format: one value
  }
  return { series, bad };
}

function told(thrown: unknown, signal: AbortSignal): AppError {
  signal.throwIfAborted();
  const error = asAppError(thrown);
  if (error.code !== 'no-metadata') return error;
  return new AppError(
    'no-metadata',
    'This file does not say to which series it belongs; the model needs several slices.',
  );
}

async function firstFault(slices: readonly NamedFile[], faultOf: FaultOf): Promise<BadFile | undefined> {
  for (const { name, indexed } of new Set(slices)) {
    const error = await faultOf(indexed.instance.address);
    if (error) return { file: name, error };
  }
  return undefined;
}

const withoutImages = (members: readonly NamedFile[]): BadFile => ({
  file: members[0]?.name ?? '',
  error: new AppError('no-pixel-data', 'The series has no images.'),
});

function sliceFile(
  { name, indexed, frameNumber }: NamedFile & { frameNumber: number },
  stemOf: (file: string) => string,
): SliceFile {
  const { address, sopInstanceUid, frameCount } = indexed.instance;
  return {
    ...{ address, frameNumber, file: name },
    stem: stemOf(frameCount > 1 ? `${name}_${frameNumber}` : name),
    imageId: imageIdOf(sopInstanceUid as SopInstanceUid, frameNumber),
  };
}
