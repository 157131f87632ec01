import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../main/store/openStore.ts';
import { canonicalJson } from '../../main/store/truth/auditHash.ts';
import { verifyAudit } from '../../main/store/truth/verifyAudit.ts';
import { addSamples, imageTarget, labelValues, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
const path = `${folder.path}/workspace`;
let file = '';
let anchor = { seq: 0, hash: '' };

beforeAll(() => {
  const store = openStore(path, { kind: 'test', actor: 'Zoë "quote" \u2028' });
  addSamples(store, [{}]);
  const readerId = store.truth.createReader('Ann').id;
  const definition = { name: 'Opacity', scope: 'image', values: labelValues('no', 'yes'), isRetired: false } as const;
  const definitionId = store.truth.saveDefinition({ ...definition, values: [...definition.values] }).id;
  for (let i = 0; i < 20; i++) {
    const value = i % 2 ? 'yes' : 'no';
    store.truth.saveLabel({ definitionId, readerId, target: imageTarget(), value, reason: `reason ${i}` });
  }
  anchor = store.audit.head();
  expect(store.audit.verify(anchor)).toMatchObject({ isIntact: true, entries: anchor.seq, headHash: anchor.hash });
  expect(store.audit.entries().at(-1)).toMatchObject({
    action: 'label.revised',
    actor: 'Zoë "quote" \u2028',
    before: { value: 'no' },
    after: { value: 'yes', readerName: 'Ann' },
    reason: 'reason 19',
  });
  expect(store.audit.entries({ afterSeq: anchor.seq - 3, limit: 2 })).toHaveLength(2);
  file = store.workspace.databasePath;
  store.close();
});
afterAll(() => folder.remove());

/** Runs `change` on the file without the protecting triggers, asks for a verdict and takes everything back. */
function tamper(change: (db: Database.Database) => void) {
  const db = new Database(file);
  try {
    db.exec('BEGIN');
    for (const name of ['audit_no_update', 'audit_no_delete', 'audit_in_order']) db.exec(`DROP TRIGGER ${name}`);
    change(db);
    return verifyAudit(db, anchor);
  } finally {
    db.exec('ROLLBACK');
    db.close();
  }
}

test('triggers refuse to change or delete rows of truth, also by REPLACE', () => {
  const db = new Database(file);
  const refused = [
    'UPDATE audit SET actor = actor',
    'DELETE FROM audit',
    'REPLACE INTO audit SELECT * FROM audit WHERE seq = 3',
    `UPDATE label_revision SET value = 'no'`,
    'DELETE FROM label_revision',
    'REPLACE INTO label_revision SELECT * FROM label_revision',
    'UPDATE series_event SET reason = reason',
    'DELETE FROM test_look',
  ];
  db.exec(`INSERT INTO series_event (SeriesInstanceUID, kind, reason, ts_utc) SELECT SeriesInstanceUID, 'removed', '', ''
           FROM series; INSERT INTO test_look (model_id, snapshot_id, split, ts_utc) VALUES ('m', 's', 'test', '')`);
  for (const sql of refused) expect(() => db.exec(sql), sql).toThrow(/append-only|follow|one by one/);
  db.close();
});

test('a changed byte, a deleted, inserted or reordered entry is found and named', () => {
  const columns = ['ts_utc', 'actor', 'action', 'entity', 'before', 'after', 'reason', 'prev_hash', 'hash'];
  for (const column of columns) {
    const verdict = tamper((db) => db.exec(`UPDATE audit SET ${column} = substr(${column}, 2) WHERE seq = 12`));
    expect(verdict, column).toMatchObject({ isIntact: false, firstBadSeq: 12 });
    const spaced = tamper((db) => db.exec(`UPDATE audit SET ${column} = ${column} || ' ' WHERE seq = 12`));
    expect(spaced, column).toMatchObject({ isIntact: false, firstBadSeq: 12 });
  }
  expect(tamper((db) => db.exec('DELETE FROM audit WHERE seq = 7'))).toMatchObject({ firstBadSeq: 7 });
  expect(tamper((db) => db.exec('UPDATE audit SET seq = seq + 1000 WHERE seq >= 9'))).toMatchObject({ firstBadSeq: 9 });
  const swap =
    'UPDATE audit SET seq = 999 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 999';
  expect(tamper((db) => db.exec(swap))).toMatchObject({ firstBadSeq: 4 });
});

test('a shortened log is found with an anchor', () => {
  const verdict = tamper((db) => db.exec(`DELETE FROM audit WHERE seq > ${anchor.seq - 2}`));
  expect(verdict).toMatchObject({ isIntact: false, firstBadSeq: anchor.seq - 1 });
  expect(tamper(() => undefined)).toMatchObject({ isIntact: true });
});

test('canonical JSON does not depend on the order of members', () => {
  expect(canonicalJson({ b: 1, a: [undefined, { d: null, c: 'x' }], e: undefined })).toBe(
    '{"a":[null,{"c":"x","d":null}],"b":1}',
  );
  expect(() => canonicalJson({ a: Number.NaN })).toThrow();
});
