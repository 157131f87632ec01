import { WorkspaceSummary } from '../contract/system.ts';
import type { PracticeSet, Settings } from './store.ts';
import { type Db, transact } from './workspace/database.ts';
import type { WorkspacePaths } from './workspace/workspacePaths.ts';

const PRACTICE = 'practice-set';
const Practice = WorkspaceSummary.shape.practice.unwrap();

/** View preferences and the practice set; never ground truth, hence not audited. */
export function settingTable(db: Db, { toStored, fromStored }: WorkspacePaths): Settings {
  const select = db.prepare<[string], string>('SELECT value FROM setting WHERE key = ?').pluck();
  const save = db.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const get = (key: string): string | undefined => select.get(key);
  const set = (key: string, value: string): void => {
    transact(db, () => save.run(key, value));
  };
  return {
    get,
    set,
    practice: () => {
      const json = get(PRACTICE);
      if (json === undefined) return undefined;
      const { folder, labelsCsv, kinds } = Practice.parse(JSON.parse(json));
      return { folder: fromStored(folder), labelsCsv: fromStored(labelsCsv), kinds };
    },
    setPractice: ({ folder, labelsCsv, kinds }: PracticeSet) => {
      set(PRACTICE, JSON.stringify({ folder: toStored(folder), labelsCsv: toStored(labelsCsv), kinds }));
    },
  };
}
