import { AppError } from '../../domain/errors.ts';
import { newId } from '../newId.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { LabelRevisions } from './labelRevisions.ts';
import type { WriteAudit } from './openAudit.ts';
import type { Definitions, LabelSave, Labels, Readers } from './truth.ts';

const LARGEST_CHUNK = 200;

type LabelImports = Pick<Labels, 'beginLabelImport' | 'applyLabelImport' | 'finishLabelImport'>;

export function labelImports(
  db: Db,
  writeAudit: WriteAudit,
  readers: Readers,
  definitions: Definitions,
  revisions: LabelRevisions,
): LabelImports {
  const insert = db.prepare(`INSERT INTO import_record (id, kind, sources, started_at) VALUES (?, 'labels', ?, ?)`);
  const end = db.prepare(`UPDATE import_record SET ended_at = ?, result = ? WHERE id = ? AND kind = 'labels'`);

  function apply(save: LabelSave, importId: string): 'added' | 'revised' | 'unchanged' {
    const reader = readers.readerByName(save.readerName);
    if (reader === undefined) throw new AppError('not-found', `There is no reader of row ${save.row}.`);
    const definition = definitions.definition(save.definitionName);
    if (definition === undefined) throw new AppError('unknown-label', `There is no label of row ${save.row}.`);
    const { target, value, geometry, labelId } = save;
    const input = { definitionId: definition.id, readerId: reader.id, target, value, geometry, labelId };
    return revisions.save(input, { importId }).outcome;
  }

  return {
    beginLabelImport(source) {
      const id = newId('import');
      transact(db, () => {
        insert.run(id, JSON.stringify([source]), new Date().toISOString());
        writeAudit({ action: 'label-import.started', entity: `import/${id}` });
      });
      return id;
    },
    applyLabelImport(saves, importId) {
      if (saves.length > LARGEST_CHUNK) {
        throw new AppError('invalid-input', `At most ${LARGEST_CHUNK} rows go into one transaction.`);
      }
      return transact(db, () => {
        const outcomes = saves.map((save) => apply(save, importId));
        const count = (kind: string): number => outcomes.filter((outcome) => outcome === kind).length;
        return { added: count('added'), revised: count('revised') };
      });
    },
    finishLabelImport(importId, result) {
      transact(db, () => {
        end.run(new Date().toISOString(), JSON.stringify(result), importId);
        const after = { ...result, rejected: result.rejected.length };
        writeAudit({ action: 'label-import.ended', entity: `import/${importId}`, after });
      });
    },
  };
}
