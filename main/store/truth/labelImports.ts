import { AppError } from '../../domain/errors.ts';
import { newId } from '../newId.ts';
import { type Db, transact, withinBudget } from '../workspace/database.ts';
import type { LabelRevisions, SavedLabel } from './labelRevisions.ts';
import type { WriteAudit } from './openAudit.ts';
import type { Definitions, LabelSave, Labels, Readers } from './truth.ts';

const LARGEST_CHUNK = 200;

function remembered<T>(find: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? find(key);
    known.set(key, value);
    return value;
  };
}

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

  /** Readers and questions are looked up once a chunk: many rows name few of them. */
  function applier(importId: string): (save: LabelSave) => SavedLabel['outcome'] {
    const readerOf = remembered(readers.readerByName);
    const definitionOf = remembered(definitions.definition);
    return ({ row, readerName, definitionName, target, value, geometry, labelId }) => {
      const reader = readerOf(readerName);
      if (reader === undefined) throw new AppError('not-found', `There is no reader of row ${row}.`);
      const definition = definitionOf(definitionName);
      if (definition === undefined) throw new AppError('unknown-label', `There is no label of row ${row}.`);
      return revisions.answer(reader, definition, { target, value, geometry, labelId }, { importId }).outcome;
    };
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
    applyLabelImport(saves, importId, budgetMs = Number.POSITIVE_INFINITY) {
      if (saves.length > LARGEST_CHUNK) {
        throw new AppError('invalid-input', `At most ${LARGEST_CHUNK} rows go into one transaction.`);
      }
      return transact(db, () => {
        const apply = applier(importId);
        const outcomes: SavedLabel['outcome'][] = [];
        const taken = withinBudget(saves, budgetMs, (save) => outcomes.push(apply(save)));
        const count = (kind: string): number => outcomes.filter((outcome) => outcome === kind).length;
        return { added: count('added'), revised: count('revised'), taken };
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
