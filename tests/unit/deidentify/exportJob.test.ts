import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../../main/app/createApp.ts';
import { deidentifyPaths } from '../../../main/app/deidentify/deidentifyPaths.ts';
import { DeidentifyOptions, type DeidentifyResult } from '../../../main/contract/deidentify.ts';
import type { AppClient } from '../../../main/contract/index.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import { connectLocally } from '../../../main/host/connection.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { openPseudonymTable } from '../../../main/imaging/deidentify/pseudonymTable.ts';
import { makePhantoms } from '../../../main/imaging/phantom/makePhantoms.ts';
import { endOfJob } from '../app/endOfJob.ts';
import { canaryFile, canaryMark } from './canaryFile.ts';

const root = mkdtempSync(join(tmpdir(), 'groundglass-deidentify-'));
const passphraseFile = join(root, 'passphrase');
const passphrase = 'correct horse battery';
const spawnWorker = nodeSpawner(() => undefined);
let app: App;
let client: AppClient;

beforeAll(async () => {
  writeFileSync(passphraseFile, `${passphrase}\n`);
  await makePhantoms({
    out: join(root, 'phantoms'),
    patients: 2,
    seed: 3,
    kind: 'cr',
    shape: { columns: 32, rows: 32 },
  });
  app = await createApp({ workspacePath: join(root, 'workspace'), host: 'command-line', spawnWorker });
  client = connectLocally(app, { connectionId: 'test' }).client;
});

afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true, force: true });
});

const ended = (started: { jobId: string }): Promise<Job> => endOfJob(client, started);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dcm'));

describe('exporting de-identified copies', () => {
  it('writes all series of the workspace by a job, with the patients in the encrypted table', async () => {
    await ended(await client['imports.start']({ paths: [join(root, 'phantoms')] }));
    const out = join(root, 'export');
    const job = await ended(await client['deidentify.export']({ series: 'all', out, passphraseFile, dates: 'shift' }));
    expect(job).toMatchObject({ kind: 'deidentification', status: 'done' });
    const result: DeidentifyResult = await client['deidentify.result']({ jobId: job.id });
    const { rows } = await client['worklist.list']({});
    expect(result).toMatchObject({ patients: 2, refused: [], masked: 0 });
    expect(filesOf(out)).toHaveLength(result.written);
    const table = await openPseudonymTable(`${out}.pseudonyms.json`, passphrase);
    for (const { patientId } of rows) {
      const pseudonym = table.lookUp(patientId)?.pseudonym ?? 'missing';
      expect(filesOf(out).some((name) => name.startsWith(pseudonym))).toBe(true);
    }
    const imported = await ended(await client['imports.start']({ paths: [out] }));
    expect(imported.result).toMatchObject({ imported: result.written, rejected: [] });
  }, 60_000);

  it('tells what is at risk, shows it with proposals, and what would change in a file', async () => {
    const { series } = await client['deidentify.survey']({ series: 'all' });
    expect(series.length).toBeGreaterThan(1);
    expect(series[0]).toMatchObject({ risk: 'low', notDicom: 0, modality: 'CR' });
    const original = series.find(({ patientId }) => !patientId.startsWith('GG-'));
    const sopInstanceUid = original?.images[0]?.sopInstanceUid ?? ('1' as never);
    const picture = await client['deidentify.picture']({ sopInstanceUid });
    expect([picture.rows, picture.columns, picture.step]).toEqual([32, 32, 1]);
    expect(picture.pixels).toHaveLength(32 * 32);
    const { rows } = await client['deidentify.preview']({ sopInstanceUid, options: {} });
    const name = rows.find(({ path }) => path === '(0010,0010)');
    expect(name).toMatchObject({ name: 'PatientName', change: 'replaced' });
    expect(name?.after).toMatch(/^GG-/);
    expect(rows.find(({ path }) => path === '(0008,0020)')).toMatchObject({ after: '', change: 'emptied' });
    expect(rows.find(({ path }) => path === '(0012,0064)')).toMatchObject({ after: '1 item', change: 'added' });
    expect(rows.find(({ path }) => path === '(0028,0010)')).toMatchObject({ before: '32', change: 'kept' });
  });

  it('takes a passphrase that was handed over, masks a whole series and imports the copies', async () => {
    const { series } = await client['deidentify.survey']({ series: 'all' });
    const [first] = series;
    const uid = first?.seriesInstanceUid ?? ('1' as never);
    const { heldPassphrase } = await client['deidentify.holdPassphrase']({ passphrase });
    const job = await ended(
      await client['deidentify.export']({
        series: [uid],
        out: join(root, 'masked'),
        heldPassphrase,
        importCopies: true,
        seriesMasks: { [uid]: [{ left: 2, top: 3, width: 10, height: 5 }] },
        reviewed: [uid],
      }),
    );
    const result = await client['deidentify.result']({ jobId: job.id });
    expect(result).toMatchObject({ masked: first?.files, maskedSeries: [{ seriesInstanceUid: uid, boxes: 1 }] });
    expect(result.method).toContain('Clean Pixel Data Option');
    expect(result.elements.pseudonym).toBe(2 * (first?.files ?? 0));
    const imported = await ended({ jobId: result.importJobId ?? '' });
    expect(imported.result).toMatchObject({ imported: first?.files });
    const forgotten = await ended(
      await client['deidentify.export']({ series: [uid], out: join(root, 'masked'), heldPassphrase: 'held-x' }),
    );
    expect(forgotten.error?.code).toBe('invalid-input');
  }, 60_000);

  it('refuses a table inside the export and another passphrase', async () => {
    const out = join(root, 'export');
    const inside = await ended(
      await client['deidentify.export']({ series: 'all', out, passphraseFile, table: join(out, 'table.json') }),
    );
    expect(inside.error?.code).toBe('invalid-input');
    const other = join(root, 'other');
    writeFileSync(other, 'another passphrase');
    const wrong = await ended(await client['deidentify.export']({ series: 'all', out, passphraseFile: other }));
    expect(wrong.error?.code).toBe('wrong-passphrase');
  }, 60_000);

  it('works on a folder without a workspace; no canary is in a name or byte of the export, tables included', async () => {
    const source = join(root, 'Qzx-source');
    mkdirSync(source);
    for (let file = 0; file < 12; file++) {
      const { name, bytes } = canaryFile(file);
      writeFileSync(join(source, name), bytes);
    }
    writeFileSync(join(source, 'broken.dcm'), Buffer.concat([new Uint8Array(128), Buffer.from('DICMbroken')]));
    const out = join(root, 'plain');
    const options = DeidentifyOptions.parse({ out, passphraseFile });
    const lines: Readonly<Record<string, unknown>>[] = [];
    const { signal } = new AbortController();
    for await (const line of deidentifyPaths({ paths: [source], options, spawnWorker, signal })) lines.push(line);
    expect(lines.at(-1)).toMatchObject({ written: 12, refused: [{ code: expect.any(String) }] });
    expect(filesOf(out)).toHaveLength(12);
    for (const name of [...filesOf(out).map((file) => join('plain', file)), 'plain.pseudonyms.json']) {
      const text = readFileSync(join(root, name), 'latin1').toLowerCase();
      expect(name.toLowerCase()).not.toContain(canaryMark);
      expect(text.includes(canaryMark)).toBe(false);
    }
  }, 60_000);
});
