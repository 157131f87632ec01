import { basename } from 'node:path';
import type { Preprocessing } from '../../contract/models.ts';
import { AppError, asAppError } from '../../domain/errors.ts';
import { imageIdOf, type SopInstanceUid } from '../../domain/ids.ts';
import type { IndexedFile } from '../../domain/imageTypes.ts';
import { scanPaths } from '../../imaging/files/scanPaths.ts';
import type { ImagingPool } from '../../imaging/pool.ts';
import { assembleStacks } from '../../imaging/series/assembleStacks.ts';
import type { CandidateFrame } from '../../learning/dataset/candidates.ts';
import { chooseSlices } from '../../learning/dataset/chooseSlices.ts';
import { phaseSeriesOf } from '../../learning/dataset/phaseSeries.ts';
import { channelsAt, findPhases } from '../../learning/dataset/phases.ts';
import type { SliceFile } from '../../learning/prediction/predictSeries.ts';
import { longestOf } from '../images/stacksOf.ts';
import { pictureStems } from './pictureStems.ts';

/** The pictures of one answer of a model: slices of a series, with those of other series as their channels. */
export interface SeriesOfFiles {
  readonly seriesInstanceUid: string;
  readonly patientId: string;
  readonly slices: readonly SliceFile[];
}

type Pictures = Pick<Preprocessing, 'slices' | 'phases'>;

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
 * Image files put together as series, each with the slices that a model looks at: evenly over its longest stack, or of the
 * first channel of a study where several series are channels. A model of the slices of a lesion takes the files given as that
 * lesion. Files that say nothing of their series, studies without a channel, and series with a slice that cannot be read,
 * are told as bad.
 */
export async function seriesOfFiles(
  inputs: readonly string[],
  pictures: Pictures,
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
  const images = files.filter(({ indexed }) => indexed.instance.hasPixels);
  for (const study of Map.groupBy(images, ({ indexed }) => indexed.study.studyInstanceUid).values()) {
    const found = casesOfStudy(study, pictures);
    if (found instanceof AppError) bad.push({ file: study[0]?.name ?? '', error: found });
    else
      for (const slices of found) {
        const fault = await firstFault(slices, faultOf);
        const [first] = slices;
        if (fault) bad.push(fault);
        else if (first)
          series.push({
            seriesInstanceUid: first.indexed.series.seriesInstanceUid,
            patientId: first.indexed.patient.patientId,
            slices: slices.map((slice) => sliceFile(slice, stemOf)),
          });
      }
  }
  return { series, bad };
}

interface SliceOfFile extends NamedFile {
  readonly frameNumber: number;
  readonly channels?: SliceFile['channels'];
}

/** The slices of each answer about a study. */
function casesOfStudy(files: readonly NamedFile[], { slices, phases }: Pictures): SliceOfFile[][] | AppError {
  const bySop = new Map(files.map((file) => [file.indexed.instance.sopInstanceUid, file]));
  const all = [...Map.groupBy(files, ({ indexed }) => indexed.series.seriesInstanceUid).values()].map((members) => {
    const instances = members.map(({ indexed }) => indexed.instance);
    const frames = longestOf(assembleStacks(instances));
    return { frames, series: members[0]?.indexed.series, instances };
  });
  const sliceOf = ({ sopInstanceUid, frameNumber }: CandidateFrame): SliceOfFile[] => {
    const found = bySop.get(sopInstanceUid);
    return found ? [{ ...found, frameNumber }] : [];
  };
  if (!phases) return all.map(({ frames }) => chooseSlices(frames, slices?.count ?? frames.length).flatMap(sliceOf));
  const study = all.flatMap(({ series, instances, frames }) =>
    series ? [phaseSeriesOf(series, instances, frames)] : [],
  );
  const found = findPhases(phases, study);
  if (!found)
    return new AppError(
      'not-found',
      `One of the series ${phases.map(({ name }) => `“${name}”`).join(', ')} is not among these files.`,
    );
  const [reference] = found;
  const covered = (reference?.frames ?? []).flatMap((frame) => {
    const channels = frame.plane && channelsAt(frame.plane, reference?.series.frameOfReferenceUid, found);
    const addresses = channels?.map((parts) => parts.map(({ sourcePath, frameNumber, share }) => ({ address: sourcePath, frameNumber, share }))); // biome-ignore format: one value
    return addresses ? sliceOf(frame).map((slice) => ({ ...slice, channels: addresses })) : [];
  });
  return slices ? [chooseSlices(covered, slices.count)] : covered.map((slice) => [slice]);
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

async function firstFault(slices: readonly SliceOfFile[], faultOf: FaultOf): Promise<BadFile | undefined> {
  for (const { name, indexed, channels = [] } of slices) {
    const addresses = [indexed.instance.address, ...channels.flat().map(({ address }) => address)];
    for (const address of new Set(addresses)) {
      const error = await faultOf(address);
      if (error) return { file: name, error };
    }
  }
  return undefined;
}

function sliceFile({ name, indexed, frameNumber, channels }: SliceOfFile, stemOf: (file: string) => string): SliceFile {
  const { address, sopInstanceUid, frameCount } = indexed.instance;
  return {
    ...{ address, frameNumber, file: name },
    ...(channels && { channels }),
    stem: stemOf(frameCount > 1 ? `${name}_${frameNumber}` : name),
    imageId: imageIdOf(sopInstanceUid as SopInstanceUid, frameNumber),
  };
}
