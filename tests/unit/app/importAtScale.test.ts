import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../../main/app/createApp.ts';
import type { ImportResult, RelocateResult } from '../../../main/contract/imports.ts';
import type { AppClient } from '../../../main/contract/index.ts';
import type { SeriesInstanceUid } from '../../../main/domain/ids.ts';
import { connectLocally } from '../../../main/host/connection.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { makePhantoms } from '../../../main/imaging/phantom/makePhantoms.ts';
import { openStore } from '../../../main/store/openStore.ts';
import { dicomFile, imageElements, int16Bytes } from '../imaging/dicomBytes.ts';
import { resultOfJob } from './endOfJob.ts';

const root = mkdtempSync(join(tmpdir(), 'groundglass-import-'));
const phantoms = join(root, 'phantoms');
const seriesFolder = join(phantoms, 'GGP-0001', 'ct-nodule');

let app: App;
let client: AppClient;
let n = 0;
let folder = '';

async function open(): Promise<void> {
  app = await createApp({
    workspacePath: join(folder, 'workspace'),
    host: 'command-line',
    spawnWorker: nodeSpawner(() => undefined),
  });
  client = connectLocally(app, { connectionId: 'test' }).client;
}

beforeAll(async () => {
  await makePhantoms({ out: phantoms, patients: 3, seed: 1, shape: { columns: 48, rows: 48 } });
});
beforeEach(async () => {
  n += 1;
  folder = join(root, String(n));
  mkdirSync(folder);
  await open();
});
afterEach(() => app.close());
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ended = <T>(started: { jobId: string }): Promise<T> => resultOfJob<T>(client, started);

const take = async (paths: string[], more: object = {}) =>
  ended<ImportResult>(await client['imports.start']({ paths, ...more }));
const files = () => client['worklist.list']({}).then(({ rows }) => rows);
const codes = ({ rejected }: ImportResult) => rejected.map(({ path, code }) => `${path} ${code}`);
const uidOf = async (at = 0): Promise<SeriesInstanceUid> => (await files())[at]?.seriesInstanceUid as SeriesInstanceUid;
const slices = readdirSync.bind(undefined);

/** Size and time stay equal only where nothing was written: a change is a change of time, too. */
function change(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt16LE(4095, bytes.length - 200);
  writeFileSync(file, bytes);
  utimesSync(file, new Date(), new Date(Date.now() + 5_000));
}

describe('what is found', () => {
  it('reads plain and gzipped tape archives into the workspace; names that lead out and links are refused', async () => {
    const entries = slices(seriesFolder).map((name, i) => ({
      header: {
        name: i === 0 ? `../../../../${name}` : `a/b/${name}`,
        size: readFileSync(join(seriesFolder, name)).length,
      },
      body: readFileSync(join(seriesFolder, name)),
    }));
    const link = { header: { name: 'a/link.dcm', size: 0, type: 'symlink' as const, linkname: '/etc/passwd' } };
    const tar = await packTar([...entries, link]);
    writeFileSync(join(folder, 'plain.tar'), tar);
    writeFileSync(join(folder, 'packed.tar.gz'), gzipSync(tar));
    const result = await take([join(folder, 'plain.tar')]);
    expect(result.imported).toBe(11);
    expect(codes(result)).toEqual(['../../../../0001.dcm file-unreadable', 'a/link.dcm file-unreadable']);
    const again = await take([join(folder, 'packed.tar.gz')]);
    expect([again.imported, again.skipped]).toEqual([0, 11]);
    const kept = readdirSync(join(folder, 'workspace', 'images'), { recursive: true, encoding: 'utf8' });
    expect(kept.filter((name) => /[0-9a-f]{64}\.dcm$/.test(name))).toHaveLength(11);
    expect(kept.every((name) => /^[0-9a-f]{2}([/\\][0-9a-f]{64}\.dcm)?$/.test(name))).toBe(true);
    rmSync(join(folder, 'plain.tar'));
    const [row] = (await client['series.get']({ seriesInstanceUid: await uidOf() })).stacks[0]?.frames ?? [];
    if (!row) throw new Error('no frame');
    expect((await client['frames.get']({ sopInstanceUid: row.sopInstanceUid, frameNumber: 1 })).rows).toBe(48);
  });

  it('tells what a damaged archive gave, and why it gave no more', async () => {
    const [first = '', second = ''] = slices(seriesFolder);
    const tar = await packTar(
      [first, second].map((name) => ({
        header: { name, size: readFileSync(join(seriesFolder, name)).length },
        body: readFileSync(join(seriesFolder, name)),
      })),
    );
    writeFileSync(join(folder, 'cut.tar'), tar.subarray(0, tar.length * 0.7));
    const result = await take([join(folder, 'cut.tar')]);
    expect(result.imported).toBe(1);
    expect(result.rejected.length).toBeGreaterThan(0);
    expect(result.rejected.every(({ code }) => code === 'file-unreadable')).toBe(true);
  });

  it('uses a DICOMDIR as an index, and tells what it names in vain', async () => {
    const disc = join(folder, 'disc');
    mkdirSync(join(disc, 'images'), { recursive: true });
    copyFileSync(join(seriesFolder, '0001.dcm'), join(disc, 'images', 'im1'));
    copyFileSync(join(seriesFolder, '0002.dcm'), join(disc, 'images', 'im2'));
    copyFileSync(join(seriesFolder, '0003.dcm'), join(disc, 'images', 'not-named'));
    writeFileSync(join(disc, 'DICOMDIR'), dicomdir(['IMAGES\\IM1', 'IMAGES\\IM2', 'IMAGES\\IM9', '..\\..\\SECRET']));
    const named = await take([join(disc, 'DICOMDIR')]);
    expect([named.imported, codes(named)]).toEqual([2, ['IMAGES/IM9 file-not-found']]);
    expect(named.findings).toMatchObject([
      { code: 'dicomdir-incomplete', message: expect.stringContaining('of which 1 is not there') },
    ]);
    const whole = await take([disc]);
    expect([whole.imported, whole.skipped, codes(whole)]).toEqual([1, 2, ['IMAGES/IM9 file-not-found']]);
  });

  it('leaves out what a marker names', async () => {
    cpSync(phantoms, join(folder, 'set'), { recursive: true });
    writeFileSync(join(folder, 'set', 'GGP-0002', '.groundglass-ignore'), '# a remark\n000[1].dcm\n**/001?.dcm\n');
    const result = await take([join(folder, 'set')]);
    expect([result.imported, result.rejected]).toEqual([33, []]);
  });

  it('keeps names with markup, control characters and great length as what they are', async () => {
    const names = ['<img src=x onerror=alert(1)>.dcm', 'a\u001b[2Jb.dcm', `${'n'.repeat(250)}.dcm`];
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    for (const [i, name] of names.entries()) copyFileSync(join(seriesFolder, `000${i + 1}.dcm`), join(odd, name));
    writeFileSync(join(odd, '<script>.dcm'), 'nothing of the kind');
    const result = await take([odd]);
    expect([result.imported, codes(result)]).toEqual([3, ['<script>.dcm unknown-format']]);
  });
});

describe('what becomes of files', () => {
  it('takes a file that was stopped at again, and passes over unread what it knows', async () => {
    const { jobId } = await client['imports.start']({ paths: [phantoms] });
    await client['jobs.cancel']({ jobId });
    await ended({ jobId }).catch(() => undefined);
    const result = await take([phantoms]);
    expect(result.total.instances).toBe(36);
    expect((await client['imports.interrupted']({})).imports).toEqual([]);
    const again = await take([phantoms]);
    expect([again.imported, again.skipped]).toEqual([0, 36]);
  });

  it('copies into the workspace where that was chosen: the originals may go', async () => {
    cpSync(seriesFolder, join(folder, 'usb'), { recursive: true });
    expect((await take([join(folder, 'usb')], { copy: true })).imported).toBe(12);
    expect((await take([join(folder, 'usb')], { copy: true })).skipped).toBe(12);
    rmSync(join(folder, 'usb'), { recursive: true });
    const seriesInstanceUid = await uidOf();
    expect(await client['imports.check']({ seriesInstanceUid })).toEqual({
      files: 12,
      missing: 0,
      changed: 0,
      unreadable: 0,
    });
    expect((await client['system.verify']({ files: true })).ok).toBe(true);
  });

  it('notices changed content, badges it, shows none of it, and forgets it when it is as it was', async () => {
    const here = join(folder, 'here');
    cpSync(seriesFolder, here, { recursive: true });
    await take([here]);
    const seriesInstanceUid = await uidOf();
    const original = readFileSync(join(here, '0006.dcm'));
    change(join(here, '0006.dcm'));
    expect(await client['imports.check']({ seriesInstanceUid })).toMatchObject({ changed: 1, missing: 0 });
    const { findings, stacks } = await client['series.get']({ seriesInstanceUid });
    const changed = findings.find(({ code }) => code === 'file-changed');
    const sopInstanceUid = stacks[0]?.frames.find(
      (frame) => frame.sopInstanceUid === changed?.sopInstanceUid,
    )?.sopInstanceUid;
    if (!sopInstanceUid) throw new Error('the changed file is not told');
    expect((await files())[0]?.findings).toBe(1);
    await expect(client['frames.get']({ sopInstanceUid, frameNumber: 1 })).rejects.toMatchObject({
      code: 'file-changed',
    });
    expect(codes(await take([here]))).toEqual([expect.stringContaining('same-uid-other-content')]);
    writeFileSync(join(here, '0006.dcm'), original);
    expect((await client['frames.get']({ sopInstanceUid, frameNumber: 1 })).rows).toBe(48);
    expect((await files())[0]?.findings).toBe(0);
    utimesSync(join(here, '0006.dcm'), new Date(), new Date(1_000_000));
    expect(await client['imports.check']({ seriesInstanceUid })).toMatchObject({ changed: 0 });
  });

  it('accepts changed content only when told to, with the reason in the audit log and a finding', async () => {
    const here = join(folder, 'here');
    cpSync(seriesFolder, here, { recursive: true });
    await take([here]);
    const seriesInstanceUid = await uidOf();
    const accept = (reason = 'masked at the source') =>
      client['imports.acceptChanged']({ series: [seriesInstanceUid], reason });
    const frames = (await client['series.get']({ seriesInstanceUid })).stacks[0]?.frames ?? [];
    expect(await accept()).toEqual({ accepted: 0, predictionsRemoved: 0, rejected: [] });
    for (const { sopInstanceUid } of frames) await client['frames.get']({ sopInstanceUid, frameNumber: 1 });
    change(join(here, '0006.dcm'));
    copyFileSync(join(here, '0001.dcm'), join(here, '0007.dcm')); // another image of the series in its place
    utimesSync(join(here, '0007.dcm'), new Date(), new Date(Date.now() + 9_000));
    rmSync(join(here, '0008.dcm'));
    expect(await client['imports.check']({ seriesInstanceUid })).toMatchObject({ changed: 2, missing: 1 });
    const { findings: marked } = await client['findings.list']({ seriesInstanceUid });
    expect(marked.map(({ code }) => code).sort()).toEqual(['file-changed', 'file-missing']);
    await expect(accept(' ')).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await accept()).toMatchObject({ accepted: 1, rejected: [{ code: 'conflict' }] });
    const { findings } = await client['findings.list']({ seriesInstanceUid });
    expect(findings.map(({ code }) => code).sort()).toEqual(['content-accepted', 'file-changed', 'file-missing']);
    const { sopInstanceUid = '', message } = findings.find(({ code }) => code === 'content-accepted') ?? {};
    expect(message).toContain('accepted: masked at the source. Its pixels are others');
    const { pixels } = await client['frames.get']({ sopInstanceUid: sopInstanceUid as never, frameNumber: 1 });
    expect(Math.max(...new Int16Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 2))).toBe(4095);
    await app.close();
    const store = openStore(join(folder, 'workspace'), { kind: 'test' });
    const sha256 = createHash('sha256')
      .update(readFileSync(join(here, '0006.dcm')))
      .digest('hex');
    const entries = store.audit.entries().filter(({ action }) => action === 'instances.content-accepted');
    expect(entries).toMatchObject([{ after: { [sopInstanceUid]: sha256 }, reason: 'masked at the source' }]);
    expect(store.audit.verify().isIntact).toBe(true);
    expect(store.catalogue.instanceBySop(sopInstanceUid)).toMatchObject({
      fileState: 'present',
      facts: { fileSha256: sha256 },
    });
    store.close();
    await open();
  });

  it('finds moved and renamed files by their content, and uses no others', async () => {
    const here = join(folder, 'here');
    const there = join(folder, 'there', 'deep');
    cpSync(seriesFolder, here, { recursive: true });
    await take([here]);
    mkdirSync(there, { recursive: true });
    for (const [i, name] of slices(here).entries()) renameSync(join(here, name), join(there, `renamed-${i}`));
    change(join(there, 'renamed-3'));
    const seriesInstanceUid = await uidOf();
    expect(await client['imports.check']({ seriesInstanceUid })).toMatchObject({ missing: 12 });
    const result = await ended<RelocateResult>(await client['imports.relocate']({ root: join(folder, 'there') }));
    expect(result).toMatchObject({ relocated: 11, stillMissing: 1 });
    expect(await client['imports.check']({ seriesInstanceUid })).toMatchObject({ missing: 1, changed: 0 });
    expect((await client['findings.list']({ seriesInstanceUid })).findings).toMatchObject([{ code: 'file-missing' }]);
  });

  it('puts a complete copy in the place of a truncated one', async () => {
    mkdirSync(join(folder, 'cut'));
    copyFileSync(join(seriesFolder, '0001.dcm'), join(folder, 'cut', 'x.dcm'));
    truncateSync(join(folder, 'cut', 'x.dcm'), readFileSync(join(seriesFolder, '0001.dcm')).length - 900);
    expect((await take([join(folder, 'cut')])).findings).toMatchObject([{ code: 'truncated-pixels' }]);
    const whole = await take([seriesFolder]);
    expect([whole.imported, whole.rejected]).toEqual([12, []]);
    expect(whole.findings).toMatchObject([{ code: 'truncated-replaced' }]);
    const { findings } = await client['findings.list']({ seriesInstanceUid: await uidOf() });
    expect(findings.map(({ code }) => code)).toEqual(['truncated-replaced']);
    expect((await files())[0]).toMatchObject({ frames: 12 });
    expect(codes(await take([join(folder, 'cut')]))).toEqual([expect.stringContaining('same-uid-other-content')]);
  });

  it('derives the same identity for a file without UID, and finds equal pixels after the contents are read', async () => {
    const nameless = dicomFile(imageElements(int16Bytes([1, 2, 3, 4, 5, 6])).filter(([tag]) => tag !== '00080018'));
    const twin = dicomFile(imageElements(int16Bytes([1, 2, 3, 4, 5, 6]), [['00080018', 'UI', '1.2.3.99']]));
    mkdirSync(join(folder, 'odd'));
    writeFileSync(join(folder, 'odd', 'a.dcm'), nameless);
    writeFileSync(join(folder, 'odd', 'b.dcm'), twin);
    const result = await take([join(folder, 'odd')]);
    expect(result.imported).toBe(2);
    expect(result.findings.map(({ code }) => code).sort()).toEqual(['derived-uid', 'identical-pixels']);
    expect((await take([join(folder, 'odd')])).skipped).toBe(2);
  });
});

it('an import that was killed is offered again and goes on where it was', async () => {
  await app.close();
  const store = openStore(join(folder, 'workspace'), { kind: 'test' });
  store.catalogue.beginImport([phantoms], { paths: [phantoms], copy: false });
  store.close();
  await open();
  const [interrupted] = (await client['imports.interrupted']({})).imports;
  expect(interrupted).toMatchObject({ paths: [phantoms], copy: false, instances: 0 });
  const { paths = [], copy = false } = interrupted ?? {};
  expect((await take(paths, { copy })).imported).toBe(36);
  expect((await client['imports.interrupted']({})).imports).toEqual([]);
});

/** Directory records with nothing but the file they refer to (PS3.3 F.3.2.2). */
function dicomdir(fileIds: readonly string[]): Uint8Array {
  const records = fileIds.map((id) => [['00041500', 'CS', id] as const]);
  return dicomFile([['00041220', 'SQ', records]]);
}
