import type { z } from 'zod';
import { LabelValue } from '../../contract/labels.ts';
import type { Db } from '../workspace/database.ts';
import { currentRevision, everyRevision, type LabelRow, labelColumns, labelOf } from './labelRow.ts';
import type { CaseLabel, Labels } from './truth.ts';

interface CaseRow extends LabelRow {
  readonly PatientID: string;
  readonly file: string | null;
}

const caseOf = (row: CaseRow): CaseLabel => ({
  label: labelOf(row),
  patientId: row.PatientID,
  ...(row.file !== null && { file: row.file }),
});

type LabelQueries = Pick<
  Labels,
  'label' | 'history' | 'labelsOfSeries' | 'labelsByDefinition' | 'allLabels' | 'labelCount'
>;

export function labelQueries(db: Db): LabelQueries {
  const selectOne = db.prepare<[string], LabelRow>(`SELECT ${labelColumns} ${currentRevision} WHERE head.label_id = ?`);
  const selectHistory = db.prepare<[string], LabelRow>(
    `SELECT ${labelColumns} ${everyRevision} WHERE r.label_id = ? ORDER BY r.revision`,
  );
  const selectOfSeries = db.prepare<[string, string], LabelRow>(
    `SELECT ${labelColumns} ${currentRevision}
     WHERE head.StudyInstanceUID = (SELECT StudyInstanceUID FROM series WHERE SeriesInstanceUID = ?)
       AND (head.SeriesInstanceUID IS NULL OR head.SeriesInstanceUID = ?) AND head.is_retracted = 0
     ORDER BY r.created_at, r.label_id`,
  );
  const cases = `
    SELECT ${labelColumns}, study.PatientID, instance.file ${currentRevision}
      JOIN study ON study.StudyInstanceUID = r.StudyInstanceUID
      LEFT JOIN series ON series.SeriesInstanceUID = r.SeriesInstanceUID
      LEFT JOIN instance ON instance.SOPInstanceUID = r.SOPInstanceUID
    WHERE head.is_retracted = 0`;
  const order =
    'ORDER BY study.PatientID, r.StudyInstanceUID, r.SeriesInstanceUID, r.SOPInstanceUID, r.FrameNumber, r.label_id';
  // A study counts while one of its series is in.
  const selectByDefinition = db.prepare<[string, string, number], CaseRow>(
    `${cases} AND head.definition_id = ? AND head.label_id > ?
       AND coalesce(series.is_removed, (SELECT min(s.is_removed) FROM series s
         WHERE s.StudyInstanceUID = r.StudyInstanceUID), 0) = 0
     ORDER BY head.label_id LIMIT ?`,
  );
  const selectAll = db.prepare<[], CaseRow>(`${cases} ${order}`);
  const selectCount = db.prepare<[], number>('SELECT count(*) FROM label_head WHERE is_retracted = 0').pluck();
  return {
    label: (labelId) => {
      const row = selectOne.get(labelId);
      return row && labelOf(row);
    },
    history: (labelId) => selectHistory.all(labelId).map(labelOf),
    labelsOfSeries: (uid) => selectOfSeries.all(uid, uid).map(labelOf),
    labelsByDefinition: (definitionId, { after = '', limit = -1 } = {}) =>
      selectByDefinition.all(definitionId, after, limit).map(caseOf),
    allLabels: () => selectAll.all().map(caseOf),
    labelCount: () => selectCount.get() ?? 0,
  };
}

/** Values of a definition with their colours, from its JSON. */
export const parseLabelValues = (json: string): readonly z.output<typeof LabelValue>[] =>
  LabelValue.array().parse(JSON.parse(json));
