import { WorkspaceSummary } from '../contract/system.ts';
import type { PracticeSet, Settings } from './store.ts';
import { type Db, transact } from './workspace/database.ts';

const PRACTICE = 'practice-set';
const Practice = WorkspaceSummary.shape.practice.unwrap();

/** View preferences and the practice set; never ground truth, hence not audited. */
export function settingTable(db: Db): Settings {
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
      return json === undefined ? undefined : Practice.parse(JSON.parse(json));
    },
    setPractice: (practice: PracticeSet) => set(PRACTICE, JSON.stringify(practice)),
  };
}
