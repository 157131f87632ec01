import type { LabelTarget, Scope } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import type { SeriesInstanceUid, StudyInstanceUid } from '../../domain/ids.ts';
import type { Db } from '../workspace/database.ts';

interface Place {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly NumberOfFrames: number;
}

const unknown = (what: string): AppError => new AppError('unknown-target', `The workspace has no such ${what}.`);

/**
 * Checks that a target exists and reduces it to what its scope names: a study answer given on an image is about the
 * study. Missing members above the finest one are filled in from the catalogue; contradicting ones are refused.
 */
export function targetChecker(db: Db) {
  const study = db.prepare<[string], number>('SELECT 1 FROM study WHERE StudyInstanceUID = ?').pluck();
  const studyOfSeries = db
    .prepare<[string], string>('SELECT StudyInstanceUID FROM series WHERE SeriesInstanceUID = ?')
    .pluck();
  const place = db.prepare<[string], Place>(
    `SELECT StudyInstanceUID, SeriesInstanceUID, NumberOfFrames FROM instance JOIN series USING (SeriesInstanceUID)
     WHERE SOPInstanceUID = ?`,
  );

  function seriesTarget({ studyInstanceUid, seriesInstanceUid }: LabelTarget): LabelTarget {
    if (seriesInstanceUid === undefined) throw new AppError('unknown-target', 'A label on a series names the series.');
    if (studyOfSeries.get(seriesInstanceUid) !== studyInstanceUid) throw unknown('series in this study');
    return { studyInstanceUid, seriesInstanceUid };
  }

  function imageTarget(target: LabelTarget): LabelTarget {
    const { sopInstanceUid } = target;
    if (sopInstanceUid === undefined) throw new AppError('unknown-target', 'A label on an image names the image.');
    const found = place.get(sopInstanceUid);
    if (found === undefined) throw unknown('image');
    const isElsewhere =
      found.StudyInstanceUID !== target.studyInstanceUid ||
      (target.seriesInstanceUid ?? found.SeriesInstanceUID) !== found.SeriesInstanceUID;
    if (isElsewhere) throw unknown('image in this series');
    const frameNumber = target.frameNumber ?? (found.NumberOfFrames === 1 ? 1 : undefined);
    if (frameNumber === undefined) throw new AppError('unknown-target', 'The label must name the frame of the image.');
    if (frameNumber > found.NumberOfFrames) throw unknown('frame');
    return {
      studyInstanceUid: found.StudyInstanceUID as StudyInstanceUid,
      seriesInstanceUid: found.SeriesInstanceUID as SeriesInstanceUid,
      sopInstanceUid,
      frameNumber,
    };
  }

  return (scope: Scope, target: LabelTarget): LabelTarget => {
    switch (scope) {
      case 'study':
        if (study.get(target.studyInstanceUid) === undefined) throw unknown('study');
        return { studyInstanceUid: target.studyInstanceUid };
      case 'series':
        return seriesTarget(target);
      case 'image':
      case 'lesion':
        return imageTarget(target);
    }
  };
}
