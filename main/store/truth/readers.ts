import type { Reader } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { newId } from '../newId.ts';
import { type Db, transact } from '../workspace/database.ts';
import type { WriteAudit } from './openAudit.ts';
import type { Readers } from './truth.ts';

export function readerTable(db: Db, writeAudit: WriteAudit): Readers {
  const selectAll = db.prepare<[], Reader>('SELECT id, name FROM reader ORDER BY created_at, name');
  const select = db.prepare<[string], Reader>('SELECT id, name FROM reader WHERE id = ?');
  const selectByName = db.prepare<[string], Reader>('SELECT id, name FROM reader WHERE name = ?');
  const insert = db.prepare('INSERT INTO reader (id, name, created_at) VALUES (?, ?, ?)');
  return {
    readers: () => selectAll.all(),
    reader: (readerId) => select.get(readerId),
    readerByName: (name) => selectByName.get(name),
    createReader(name) {
      return transact(db, () => {
        if (selectByName.get(name)) throw new AppError('conflict', 'There is a reader of this name already.');
        const reader = { id: newId('reader'), name };
        insert.run(reader.id, name, new Date().toISOString());
        writeAudit({ action: 'reader.created', entity: `reader/${reader.id}`, after: reader });
        return reader;
      });
    },
  };
}
