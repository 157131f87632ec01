import type { LabelTarget, Scope } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import type { PlaneGeometry } from '../../domain/geometry.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/ids.ts';
import type { CsvTarget } from './parseLabelsCsv.ts';

/** An image of the workspace as far as labels need it. */
export interface TargetImage {
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly frameCount: number;
}

/** What of the catalogue is asked; the store's catalogue fits. Lists leave removed series and objects without pixels out. */
export interface TargetLookup {
  targetsByFile(file: string): readonly TargetImage[];
  targetBySop(sopInstanceUid: string): TargetImage | undefined;
  targetsOfSeries(seriesInstanceUid: string, limit?: number): readonly TargetImage[];
  targetsOfStudy(studyInstanceUid: string, limit?: number): readonly TargetImage[];
  targetsOfPatient(patientId: string, limit?: number): readonly TargetImage[];
  planeOf(sopInstanceUid: string, frameNumber: number): PlaneGeometry | undefined;
}

const unknown = (what: string): AppError => new AppError('unknown-target', `The workspace has no such ${what}.`);

/**
 * The images a row may mean: those of the finest thing it names. Two are enough to see that an image is not the only one,
 * or that the thing itself is there; only where the scope lies between does every image have to be looked at.
 */
function candidates(target: CsvTarget, scope: Scope, lookup: TargetLookup): readonly TargetImage[] {
  if (target.sopUid !== undefined) {
    const image = lookup.targetBySop(target.sopUid);
    return nonEmpty(image === undefined ? [] : [image], 'image');
  }
  if (target.file !== undefined) return nonEmpty(lookup.targetsByFile(target.file), 'file');
  const isImage = scope === 'image' || scope === 'lesion';
  if (target.seriesUid !== undefined) return nonEmpty(lookup.targetsOfSeries(target.seriesUid, 2), 'series');
  if (target.studyUid !== undefined) {
    return nonEmpty(lookup.targetsOfStudy(target.studyUid, scope === 'series' ? undefined : 2), 'study');
  }
  return nonEmpty(lookup.targetsOfPatient(target.patientId ?? '', isImage ? 2 : undefined), 'patient');
}

function nonEmpty(images: readonly TargetImage[], what: string): readonly TargetImage[] {
  if (images.length === 0) throw unknown(what);
  return images;
}

/** The other cells of the row choose among the candidates: a file name may be there once for each patient. */
function agreeing(images: readonly TargetImage[], target: CsvTarget): readonly TargetImage[] {
  const agrees = (image: TargetImage): boolean =>
    (target.seriesUid ?? image.seriesInstanceUid) === image.seriesInstanceUid &&
    (target.studyUid ?? image.studyInstanceUid) === image.studyInstanceUid &&
    (target.patientId ?? image.patientId) === image.patientId;
  const found = images.filter(agrees);
  if (found.length > 0) return found;
  throw new AppError('unknown-target', 'The cells of the row name different patients, studies or series.');
}

const keyOf: Readonly<Record<Scope, (image: TargetImage) => string>> = {
  study: (image) => image.studyInstanceUid,
  series: (image) => image.seriesInstanceUid,
  image: (image) => image.sopInstanceUid,
  lesion: (image) => image.sopInstanceUid,
};

/** The one study, series or image that is meant, as an image of it. Errors: `unknown-target`, `ambiguous-target`. */
export function resolveImage(target: CsvTarget, scope: Scope, lookup: TargetLookup): TargetImage {
  const images = agreeing(candidates(target, scope, lookup), target);
  const [first] = images;
  if (first === undefined) throw unknown('target');
  const key = keyOf[scope];
  if (images.every((image) => key(image) === key(first))) return first;
  const thing = scope === 'lesion' ? 'image' : scope;
  throw new AppError('ambiguous-target', `The row may mean more than one ${thing}: name it by its UID or file.`);
}

/** Frame 1 of an image with one frame need not be named. */
function frameOf(image: TargetImage, frame: number | undefined): number {
  const frameNumber = frame ?? (image.frameCount === 1 ? 1 : undefined);
  if (frameNumber === undefined) {
    throw new AppError('ambiguous-target', `The image has ${image.frameCount} frames: the row must name one.`);
  }
  if (frameNumber > image.frameCount) {
    throw new AppError(
      'unknown-target',
      `The image has ${image.frameCount} frames, the row names frame ${frameNumber}.`,
    );
  }
  return frameNumber;
}

/** The target of a label in the words of the contract, with the members its scope has. */
export function labelTargetOf(image: TargetImage, scope: Scope, frame: number | undefined): LabelTarget {
  const studyInstanceUid = image.studyInstanceUid as StudyInstanceUid;
  if (scope === 'study') return { studyInstanceUid };
  const seriesInstanceUid = image.seriesInstanceUid as SeriesInstanceUid;
  if (scope === 'series') return { studyInstanceUid, seriesInstanceUid };
  const sopInstanceUid = image.sopInstanceUid as SopInstanceUid;
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, frameNumber: frameOf(image, frame) };
}

/**
 * Finds what a row of a labels CSV is about: `file` as in the metadata CSV, a UID, or a patient who has just one thing
 * of that scope. Errors: `unknown-target`, `ambiguous-target`.
 */
export function resolveTarget(
  row: { readonly target: CsvTarget; readonly scope: Scope; readonly frame?: number | undefined },
  lookup: TargetLookup,
): LabelTarget {
  return labelTargetOf(resolveImage(row.target, row.scope, lookup), row.scope, row.frame);
}
