import { Geometry, type Label, type LabelTarget, type Scope } from '../../contract/labels.ts';
import type { SeriesInstanceUid, SopInstanceUid, StudyInstanceUid } from '../../domain/ids.ts';

export interface LabelRow {
  readonly label_id: string;
  readonly revision: number;
  readonly reader_id: string;
  readonly reader_name: string;
  readonly definition_id: string;
  readonly scope: Scope;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string | null;
  readonly SOPInstanceUID: string | null;
  readonly FrameNumber: number | null;
  readonly value: string;
  readonly geometry: string | null;
  readonly is_retracted: number;
  readonly created_at: string;
}

/** Columns and tables of a LabelRow of any revision; `head` is there to be joined for the current one. */
export const labelColumns = `
  r.label_id, r.revision, r.reader_id, reader.name AS reader_name, r.definition_id, r.scope, r.StudyInstanceUID,
  r.SeriesInstanceUID, r.SOPInstanceUID, r.FrameNumber, r.value, r.geometry, r.is_retracted, r.created_at`;
export const everyRevision = 'FROM label_revision r JOIN reader ON reader.id = r.reader_id';
export const currentRevision = `
  FROM label_head head CROSS JOIN label_revision r ON r.label_id = head.label_id AND r.revision = head.revision
  JOIN reader ON reader.id = r.reader_id`;

/** Target with the members its scope has. */
function targetOf(row: LabelRow): LabelTarget {
  return {
    studyInstanceUid: row.StudyInstanceUID as StudyInstanceUid,
    ...(row.SeriesInstanceUID !== null && { seriesInstanceUid: row.SeriesInstanceUID as SeriesInstanceUid }),
    ...(row.SOPInstanceUID !== null && { sopInstanceUid: row.SOPInstanceUID as SopInstanceUid }),
    ...(row.FrameNumber !== null && { frameNumber: row.FrameNumber }),
  };
}

export const labelOf = (row: LabelRow): Label => ({
  id: row.label_id,
  revision: row.revision,
  definitionId: row.definition_id,
  readerId: row.reader_id,
  readerName: row.reader_name,
  scope: row.scope,
  target: targetOf(row),
  value: row.value,
  ...(row.geometry !== null && { geometry: Geometry.parse(JSON.parse(row.geometry)) }),
  isRetracted: row.is_retracted === 1,
  createdAt: row.created_at,
});
