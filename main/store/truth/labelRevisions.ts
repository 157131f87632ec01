import type { Geometry, Label, LabelDefinition, LabelTarget, Reader } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { numberProblem, numberText, typedNumber } from '../../domain/numberAnswer.ts';
import { newId } from '../newId.ts';
import type { Db } from '../workspace/database.ts';
import { canonicalJson } from './auditHash.ts';
import { currentRevision, type LabelRow, labelColumns, labelOf } from './labelRow.ts';
import { targetChecker } from './labelTargets.ts';
import type { WriteAudit } from './openAudit.ts';
import type { Definitions, Readers, RetractLabelInput, SaveLabelInput } from './truth.ts';

/** Where a revision came from, beside its content. */
export interface Origin {
  readonly importId?: string;
  readonly reason?: string | undefined;
}

interface Content {
  readonly target: LabelTarget;
  readonly value: string;
  readonly geometry: Geometry | undefined;
  readonly isRetracted: boolean;
}

/** What a reader says to a question, and which label that revises. */
export type Answer = Omit<SaveLabelInput, 'readerId' | 'definitionId'>;

export interface SavedLabel {
  readonly label: Label;
  readonly outcome: 'added' | 'revised' | 'unchanged';
}

export interface LabelRevisions {
  /** The current revision, retracted or not. */
  current(labelId: string): Label | undefined;
  save(input: SaveLabelInput, origin: Origin): SavedLabel;
  /** The same with the reader and the question looked up already. */
  answer(reader: Reader, definition: LabelDefinition, answer: Answer, origin: Origin): SavedLabel;
  retract(input: RetractLabelInput): Label;
}

const sameContent = (a: Content, b: Content): boolean =>
  canonicalJson([a.target, a.value, a.geometry, a.isRetracted]) ===
  canonicalJson([b.target, b.value, b.geometry, b.isRetracted]);

const contentOf = ({ target, value, geometry, isRetracted }: Label): Content => ({
  target,
  value,
  geometry,
  isRetracted,
});

/** The value as it is kept. Throws `invalid-value`. */
function checkedValue({ name, number, values }: LabelDefinition, value: string): string {
  if (number) {
    const problem = numberProblem(value, number);
    if (problem !== undefined) throw new AppError('invalid-value', `'${name}': ${problem}`);
    return numberText(typedNumber(value) ?? Number.NaN);
  }
  if (values.some((known) => known.value === value)) return value;
  throw new AppError('invalid-value', `'${name}' has no value '${value}'.`);
}

/** The one way to write label revisions; callers open the transaction. */
export function labelRevisions(
  db: Db,
  writeAudit: WriteAudit,
  readers: Readers,
  definitions: Definitions,
): LabelRevisions {
  const selectCurrent = db.prepare<[string], LabelRow>(
    `SELECT ${labelColumns} ${currentRevision} WHERE head.label_id = ?`,
  );
  const selectAnswer = db
    .prepare<[string, string, string, string | null, string | null, number | null], string>(
      `SELECT label_id FROM label_head WHERE definition_id = ? AND reader_id = ? AND StudyInstanceUID = ?
         AND coalesce(SeriesInstanceUID, '') = coalesce(?, '') AND coalesce(SOPInstanceUID, '') = coalesce(?, '')
         AND coalesce(FrameNumber, 0) = coalesce(?, 0) AND scope <> 'lesion'`,
    )
    .pluck();
  const insert = db.prepare(
    `INSERT INTO label_revision (label_id, revision, reader_id, definition_id, scope, StudyInstanceUID,
       SeriesInstanceUID, SOPInstanceUID, FrameNumber, value, geometry, is_retracted, created_at, import_id, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const checkTarget = targetChecker(db);

  const current = (labelId: string): Label | undefined => {
    const row = selectCurrent.get(labelId);
    return row && labelOf(row);
  };

  function write(label: Label, before: Label | undefined, origin: Origin): Label {
    const { target } = label;
    const uids = [target.studyInstanceUid, target.seriesInstanceUid ?? null, target.sopInstanceUid ?? null];
    const content = [label.value, label.geometry === undefined ? null : JSON.stringify(label.geometry)];
    insert.run(
      label.id,
      label.revision,
      label.readerId,
      label.definitionId,
      label.scope,
      ...uids,
      target.frameNumber ?? null,
      ...content,
      label.isRetracted ? 1 : 0,
      label.createdAt,
      origin.importId ?? null,
      origin.reason ?? null,
    );
    const action = label.isRetracted ? 'label.retracted' : before ? 'label.revised' : 'label.created';
    const importId = origin.importId;
    const after = { ...label, ...(importId !== undefined && { importId }) };
    writeAudit({ action, entity: `label/${label.id}`, before, after, reason: origin.reason });
    return label;
  }

  function revise(before: Label, change: Partial<Content>, origin: Origin): Label {
    const content = { ...contentOf(before), ...change };
    if (sameContent(content, contentOf(before))) return before;
    const { geometry, ...rest } = content;
    const { geometry: _former, ...kept } = before;
    const createdAt = new Date().toISOString();
    const label = { ...kept, ...rest, ...(geometry && { geometry }), revision: before.revision + 1, createdAt };
    return write(label, before, origin);
  }

  function existingLabel(labelId: string, readerId: string): Label {
    const label = current(labelId);
    if (label === undefined) throw new AppError('not-found', 'There is no such label.');
    if (label.readerId !== readerId) throw new AppError('conflict', "This is another reader's label.");
    return label;
  }

  function answerTo(definition: LabelDefinition, readerId: string, target: LabelTarget): Label | undefined {
    if (definition.scope === 'lesion') return undefined;
    const labelId = selectAnswer.get(
      definition.id,
      readerId,
      target.studyInstanceUid,
      target.seriesInstanceUid ?? null,
      target.sopInstanceUid ?? null,
      target.frameNumber ?? null,
    );
    return labelId === undefined ? undefined : current(labelId);
  }

  function checkRevision(label: Label | undefined, expected: number | undefined): void {
    if (expected === undefined || label?.revision === expected) return;
    throw new AppError('stale-revision', 'This label was changed meanwhile. Look at the new answer first.');
  }

  function checkSameQuestion(label: Label, definition: LabelDefinition, target: LabelTarget): void {
    if (label.definitionId !== definition.id) throw new AppError('conflict', 'A label stays with its question.');
    if (definition.scope !== 'lesion' && canonicalJson(label.target) !== canonicalJson(target)) {
      throw new AppError('conflict', 'Only lesions can move to another image.');
    }
  }

  function create(
    reader: Reader,
    definition: LabelDefinition,
    content: Pick<Content, 'target' | 'value' | 'geometry'>,
    origin: Origin,
  ): Label {
    const { target, value, geometry } = content;
    const label: Label = {
      id: newId('label'),
      revision: 1,
      definitionId: definition.id,
      readerId: reader.id,
      readerName: reader.name,
      scope: definition.scope,
      target,
      value,
      ...(geometry && { geometry }),
      isRetracted: false,
      createdAt: new Date().toISOString(),
    };
    return write(label, undefined, origin);
  }

  const answer: LabelRevisions['answer'] = (reader, definition, input, origin) => {
    const value = checkedValue(definition, input.value);
    if (input.geometry !== undefined && definition.scope !== 'lesion') {
      throw new AppError('invalid-geometry', 'Only lesions have a geometry.');
    }
    const target = checkTarget(definition.scope, input.target);
    const before =
      input.labelId === undefined ? answerTo(definition, reader.id, target) : existingLabel(input.labelId, reader.id);
    checkRevision(before, input.expectedRevision);
    if (before === undefined) {
      const label = create(reader, definition, { target, value, geometry: input.geometry }, origin);
      return { label, outcome: 'added' };
    }
    checkSameQuestion(before, definition, target);
    // A new value alone leaves a lesion where it was drawn.
    const geometry = input.geometry ?? before.geometry;
    const label = revise(before, { target, value, geometry, isRetracted: false }, origin);
    return { label, outcome: label === before ? 'unchanged' : 'revised' };
  };

  return {
    current,
    answer,
    save({ readerId, definitionId, ...rest }, origin) {
      const reader = readers.reader(readerId);
      if (reader === undefined) throw new AppError('not-found', 'There is no such reader.');
      const definition = definitions.definition(definitionId);
      if (definition === undefined) throw new AppError('unknown-label', 'There is no such label definition.');
      return answer(reader, definition, rest, origin);
    },
    retract(input) {
      const before = existingLabel(input.labelId, input.readerId);
      checkRevision(before, input.expectedRevision);
      return revise(before, { isRetracted: true }, {});
    },
  };
}
