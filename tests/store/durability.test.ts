import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../main/store/openStore.ts';
import { addSamples, labelValues, temporaryFolder } from './support/samples.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const KILLS = Number(process.env.GROUNDGLASS_KILLS ?? 10);

/** Lets a process label until it is killed `delayMs` after its first acknowledged save; returns what it acknowledged. */
async function labelAndKill(path: string, delayMs: number): Promise<string[]> {
  const program = resolve(import.meta.dirname, 'support/saveLabels.ts');
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  await once(child.stdout, 'data');
  await new Promise((done) => setTimeout(done, delayMs));
  child.kill('SIGKILL');
  await once(child, 'close');
  // A line without its end was cut by the kill: nobody was told.
  return output.split('\n').slice(0, -1);
}

test(`no acknowledged label is lost in ${KILLS} kills`, { timeout: 60_000 + KILLS * 2000 }, async () => {
  const path = `${folder.path}/workspace`;
  const first = openStore(path, { kind: 'test' });
  addSamples(
    first,
    Array.from({ length: 20 }, (_, i) => ({ image: i + 1 })),
  );
  first.truth.createReader('Ann');
  first.truth.saveDefinition({ name: 'Opacity', scope: 'image', values: labelValues('no', 'yes'), isRetired: false });
  first.truth.saveDefinition({ name: 'Nodule', scope: 'lesion', values: labelValues('a'), isRetired: false });
  first.close();

  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // Spread over 0..60 ms by the golden ratio: no two kills at the same point of the work.
    const lines = await labelAndKill(path, ((kill * 0.618) % 1) * 60);
    const store = openStore(path, { kind: 'test' });
    for (const line of lines) {
      const [id = '', revision = '', value = ''] = line.split(' ');
      const found = store.truth.history(id)[Number(revision) - 1];
      expect(found, line).toMatchObject({ revision: Number(revision), value });
    }
    acknowledged += lines.length;
    expect(store.audit.verify().isIntact).toBe(true);
    store.close();
  }
  const db = new Database(`${path}/groundglass.sqlite`);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
  expect(acknowledged).toBeGreaterThan(KILLS);
  console.log(`${KILLS} kills, ${acknowledged} acknowledged saves, none lost`);
});
