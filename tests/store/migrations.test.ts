import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../main/store/openStore.ts';
import { openDatabase } from '../../main/store/workspace/database.ts';
import { type Migration, migrate } from '../../main/store/workspace/migrate.ts';
import { migrations } from '../../main/store/workspace/migrations/migrations.ts';
import { openWorkspace } from '../../main/store/workspace/openWorkspace.ts';
import { addSamples, imageTarget, labelValues, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A workspace as version 1 of the format leaves it, with a label in it. */
function makeVersion1(name: string): string {
  const path = join(folder.path, name);
  const store = openStore(path, { kind: 'test' });
  addSamples(store, [{}]);
  const readerId = store.truth.createReader('Ann').id;
  const values = labelValues('no', 'yes');
  const definitionId = store.truth.saveDefinition({ name: 'Opacity', scope: 'image', values, isRetired: false }).id;
  store.truth.saveLabel({ definitionId, readerId, target: imageTarget(), value: 'yes' });
  store.close();
  return path;
}

const next = (sql: string): readonly Migration[] => [
  ...migrations,
  { version: migrations.length + 1, name: 'test', sql },
];

test('versions count up from 1 without gaps', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});

test('all tables are STRICT', () => {
  const db = new Database(join(makeVersion1('strict'), 'groundglass.sqlite'));
  const tables = db.prepare<[], { name: string; strict: number }>(
    `SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`,
  );
  expect(tables.all().filter(({ strict }) => strict === 0)).toEqual([]);
  db.close();
});

test('an older file is backed up, migrated and keeps its labels', () => {
  const path = makeVersion1('older');
  const added = next('ALTER TABLE reader ADD COLUMN role TEXT; UPDATE reader SET role = name;');
  const opened = openWorkspace(path, 'test', undefined, added);
  expect(opened.db.pragma('user_version', { simple: true })).toBe(added.length);
  expect(opened.db.prepare('SELECT role FROM reader').pluck().all()).toEqual(['Ann']);
  expect(opened.db.prepare('SELECT value FROM label_head').pluck().all()).toEqual(['yes']);
  opened.close();
  const [backup = '', ...others] = readdirSync(join(path, 'backups'));
  expect(others).toEqual([]);
  const copy = new Database(join(path, 'backups', backup), { readonly: true });
  expect(copy.pragma('user_version', { simple: true })).toBe(migrations.length);
  expect(copy.prepare('SELECT value FROM label_revision').pluck().all()).toEqual(['yes']);
  copy.close();
  expect(() => openStore(path, { kind: 'test' })).toThrow(expect.objectContaining({ code: 'workspace-too-new' }));
});

test('a migration that fails leaves the old version', () => {
  const path = makeVersion1('failing');
  const broken = next('CREATE TABLE half (a TEXT) STRICT; SELECT no_such_column FROM reader;');
  expect(() => openWorkspace(path, 'test', undefined, broken)).toThrow('no_such_column');
  const store = openStore(path, { kind: 'test' });
  expect(store.truth.labelCount()).toBe(1);
  store.close();
  const db = new Database(join(path, 'groundglass.sqlite'), { readonly: true });
  expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'half'`).pluck().get()).toBe(0);
  db.close();
});

test('a new file is made without a backup', () => {
  const file = join(folder.path, 'new.sqlite');
  const db = openDatabase(file);
  expect(migrate(db, file, migrations)).toEqual(migrations.map(({ version }) => version));
  expect(migrate(db, file, migrations)).toEqual([]);
  expect(existsSync(join(folder.path, 'backups'))).toBe(false);
  db.close();
});

test('evaluations from before there were numbers say that they are of classes', () => {
  const file = join(folder.path, 'version6.sqlite');
  const db = openDatabase(file);
  migrate(db, file, migrations.slice(0, 6));
  db.exec(`
    INSERT INTO model (id, name, card, path, size_bytes, created_at) VALUES ('m', 'M', '{}', 'models/m', 1, 'now');
    INSERT INTO evaluation VALUES ('old', 'm', 's', 'now', '{"unit":"image"}'), ('graded', 'm', 's', 'now', '{"task":"ordinal"}');
    INSERT INTO evaluation_case VALUES ('old', 0, 'a', 'b', 0.5, '{"trueClass":"a"}');`);
  migrate(db, file, migrations);
  const all = (sql: string) => db.prepare(sql).pluck().all();
  expect(all('SELECT evaluation FROM evaluation ORDER BY id DESC')).toEqual([
    '{"unit":"image","task":"classification"}',
    '{"task":"ordinal"}',
  ]);
  expect(all('SELECT case_value FROM evaluation_case')).toEqual(['{"trueClass":"a","kind":"class"}']);
  db.close();
});
