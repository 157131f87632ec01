import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../main/store/openStore.ts';
import { openBlobs } from '../../main/store/workspace/blobs.ts';
import { openDatabase } from '../../main/store/workspace/database.ts';
import { readLock } from '../../main/store/workspace/lock.ts';
import { addSamples, sha, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const kind = 'test';
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A process that opens the workspace, prints a line and waits. */
async function holdInChild(path: string): Promise<{ child: ChildProcess; line: string }> {
  const program = resolve(import.meta.dirname, 'support/holdWorkspace.ts');
  const child = spawn(process.execPath, [program, path], { stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  const [chunk] = await once(child.stdout, 'data');
  return { child, line: String(chunk).trim() };
}

test('a workspace is made on first use and found again', () => {
  const path = join(folder.path, 'fresh', 'deep');
  const store = openStore(path, { kind });
  expect(store.workspace).toMatchObject({ path, name: 'deep', snapshotsFolder: join(path, 'snapshots') });
  for (const name of ['blobs', 'snapshots', 'runs', 'models', 'cache', 'groundglass.sqlite']) {
    expect(existsSync(join(path, name)), name).toBe(true);
  }
  store.settings.set('layout', '2x2');
  store.close();
  store.close();
  expect(existsSync(join(path, 'groundglass.sqlite-wal'))).toBe(false);
  const again = openStore(path, { kind });
  expect(again.settings.get('layout')).toBe('2x2');
  expect(again.settings.get('nothing')).toBeUndefined();
  again.close();
});

test('a path that cannot be a folder is refused', () => {
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  expect(() => openStore(join(file, 'workspace'), { kind })).toThrow(
    expect.objectContaining({ code: 'file-unreadable' }),
  );
});

test('every connection is durable', () => {
  const file = join(folder.path, 'pragmas.sqlite');
  for (let i = 0; i < 2; i++) {
    const db = openDatabase(file);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  }
});

test('a second opener is told who holds the workspace, in this process and from another', async () => {
  const path = join(folder.path, 'locked');
  const store = openStore(path, { kind: 'browser' });
  expect(() => openStore(path, { kind })).toThrow(expect.objectContaining({ code: 'workspace-in-use' }));
  expect(() => openStore(path, { kind })).toThrow(`browser, process ${process.pid} on ${hostname()}`);
  store.workspace.announce({ url: 'http://127.0.0.1:1', token: 'secret' });
  expect(readLock(path)).toEqual(store.workspace.holder);
  expect(readLock(path)?.attach).toEqual({ url: 'http://127.0.0.1:1', token: 'secret' });
  expect(statSync(join(path, 'lock.json')).mode & 0o777).toBe(0o600);
  const { child, line } = await holdInChild(path);
  expect(line).toMatch(/^refused workspace-in-use .*browser/);
  if (child.exitCode === null) await once(child, 'exit');
  store.close();
  expect(readLock(path)).toBeUndefined();
});

test('the lock of a killed process is taken over; the one of another machine is believed', async () => {
  const path = join(folder.path, 'killed');
  const { child, line } = await holdInChild(path);
  expect(line).toBe('open');
  expect(readLock(path)).toMatchObject({ pid: child.pid, kind: 'holder' });
  expect(() => openStore(path, { kind })).toThrow(expect.objectContaining({ code: 'workspace-in-use' }));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(path, 'lock.json'))).toBe(true);
  expect(readLock(path)).toBeUndefined();
  openStore(path, { kind }).close();
  const foreign = { pid: 1, host: 'another-machine', startedAt: '2024-01-01T00:00:00Z', kind: 'electron' };
  writeFileSync(join(path, 'lock.json'), JSON.stringify(foreign));
  expect(() => openStore(path, { kind })).toThrow('another-machine');
  writeFileSync(join(path, 'lock.json'), '{ half a fi');
  openStore(path, { kind }).close();
});

test('of many processes that start together exactly one gets the workspace', async () => {
  const path = join(folder.path, 'race');
  const opened = await Promise.all(Array.from({ length: 4 }, () => holdInChild(path)));
  expect(opened.filter(({ line }) => line === 'open')).toHaveLength(1);
  for (const { child } of opened) child.kill('SIGKILL');
});

test('a newer, damaged or foreign database is refused and left alone', () => {
  const path = join(folder.path, 'newer');
  openStore(path, { kind }).close();
  const file = join(path, 'groundglass.sqlite');
  const db = new Database(file);
  db.pragma('user_version = 99');
  db.close();
  const before = sha(readFileSync(file, 'latin1'));
  expect(() => openStore(path, { kind })).toThrow(expect.objectContaining({ code: 'workspace-too-new' }));
  expect(sha(readFileSync(file, 'latin1'))).toBe(before);
  expect(readLock(path)).toBeUndefined();
  writeFileSync(file, 'this is no database, but long enough to be taken for one'.repeat(40));
  expect(() => openStore(path, { kind })).toThrow(expect.objectContaining({ code: 'workspace-damaged' }));
});

test('blobs are stored under their hash and checked on reading', () => {
  const blobs = openBlobs(join(folder.path, 'fresh', 'deep', 'blobs'));
  const key = blobs.put(Buffer.from('mask'));
  expect(key).toBe(sha('mask'));
  expect(blobs.put(Buffer.from('mask'))).toBe(key);
  expect(Buffer.from(blobs.get(key)).toString()).toBe('mask');
  const file = join(folder.path, 'fresh', 'deep', 'blobs', key.slice(0, 2), key);
  expect(readdirSync(join(file, '..'))).toEqual([key]);
  writeFileSync(file, 'mosk');
  expect(() => blobs.get(key)).toThrow(expect.objectContaining({ code: 'workspace-damaged' }));
  expect(() => blobs.get(sha('other'))).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(() => blobs.get('../../etc/passwd')).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});

test('an online backup opens as a workspace of its own', async () => {
  const store = openStore(join(folder.path, 'source'), { kind });
  addSamples(store, [{}, { patient: 2 }]);
  const copy = temporaryFolder();
  await store.workspace.backupDatabase(join(copy.path, 'groundglass.sqlite'));
  const restored = openStore(copy.path, { kind });
  expect(restored.worklist()).toEqual(store.worklist());
  expect(restored.audit.verify(store.audit.head()).isIntact).toBe(true);
  restored.close();
  store.close();
  copy.remove();
});
