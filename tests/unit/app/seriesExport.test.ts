import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../../main/app/createApp.ts';
import type { AppClient } from '../../../main/contract/index.ts';
import type { Job } from '../../../main/contract/jobs.ts';
import { SeriesExportResult } from '../../../main/contract/seriesExport.ts';
import { connectLocally } from '../../../main/host/connection.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { niftiHeader } from '../../../main/imaging/nifti/niftiHeader.ts';
import { openNifti } from '../../../main/imaging/nifti/openNifti.ts';
import { makePhantoms } from '../../../main/imaging/phantom/makePhantoms.ts';
import { niftiCases } from '../imaging/niftiCases.ts';
import { endOfJob } from './endOfJob.ts';

const root = mkdtempSync(join(tmpdir(), 'groundglass-series-'));
let app: App;
let client: AppClient;

beforeAll(async () => {
  await makePhantoms({ out: join(root, 'ct'), patients: 1, seed: 3, shape: { columns: 48, rows: 40, frames: 6 } });
  app = await createApp({
    workspacePath: join(root, 'workspace'),
    host: 'command-line',
    spawnWorker: nodeSpawner(() => undefined),
  });
  client = connectLocally(app, { connectionId: 'test' }).client;
});

afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true, force: true });
});

const ended = (started: { jobId: string }): Promise<Job> => endOfJob(client, started);

type Request = Parameters<AppClient['series.export']>[0];
async function exported(request: Request): Promise<SeriesExportResult> {
  const job = await ended(await client['series.export'](request));
  expect(job.error).toBeUndefined();
  return SeriesExportResult.parse(job.result);
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const voxelsIn = (file: string): Uint8Array => {
  const bytes = readFileSync(file);
  return openNifti(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).voxels;
};

describe('a series as NIfTI', () => {
  it('holds the stored values with their scale, the place of the images and a map of the lesions', async () => {
    await ended(await client['imports.start']({ paths: [join(root, 'ct')] }));
    const { rows } = await client['worklist.list']({});
    const seriesInstanceUid = rows[0]?.seriesInstanceUid ?? ('1' as never);
    const { stacks } = await client['series.get']({ seriesInstanceUid });
    await ended(await client['labels.import']({ path: join(root, 'ct', 'labels.csv') }));
    const result = await exported({ seriesInstanceUid, out: join(root, 'out'), lesions: true });
    expect(result).toMatchObject({ shape: [48, 40, 6, 1], notes: [], lesions: 1 });
    const [a = 0, b = 0, c = 0, d = 0] = stacks[0]?.affine ?? [];
    expect(result.affineRas?.slice(0, 4)).toEqual([-a, -b, -c, -d].map((n) => n + 0));
    const opened = openNifti(readFileSync(result.files[0] ?? ''));
    const frame = stacks[0]?.frames[2];
    const stored = await client['frames.get']({
      sopInstanceUid: frame?.sopInstanceUid ?? ('1' as never),
      frameNumber: 1,
    });
    expect([...(await opened.decode(3)).pixels]).toEqual([...stored.pixels]);
    expect(opened.describe(3).facts.rescaleIntercept).toBe(stored.rescaleIntercept);
    const [place, again] = [frame?.position ?? [0, 0, 0], opened.describe(3).facts.position ?? [0, 0, 0]];
    place.forEach((mm, i) => {
      expect(again[i]).toBeCloseTo(mm, 3);
    });
    const legend = readFileSync(result.files.at(-1) ?? '', 'utf8')
      .trim()
      .split('\n');
    expect(legend[0]).toMatch(/^file,voxel_value,question,value,reader/);
    expect(legend).toHaveLength(2);
    const map = new Uint16Array(Uint8Array.from(voxelsIn(result.files[1] ?? '')).buffer);
    expect(map.filter((value) => value === 1).length).toBe(Number(legend[1]?.split(',')[7]));
  }, 60_000);

  it('comes in and goes out bit by bit, with the same matrix', async () => {
    const folder = join(root, 'nifti');
    const wanted = niftiCases.filter(({ name }) => ['oblique', 'four-dimensional', 'tilted'].includes(name));
    const sums = new Map<string, string>();
    mkdirSync(folder);
    for (const [n, { name, image }] of wanted.entries()) {
      const count = image.columns * image.rows * image.slices * image.times;
      const voxels = new Uint8Array(
        Int16Array.from({ length: count }, (_, i) => ((i * 7919 + n) % 4001) - 2000).buffer,
      );
      writeFileSync(join(folder, `${name}.nii.gz`), gzipSync(Buffer.concat([niftiHeader(image), voxels])));
      sums.set(name, sha(voxels));
    }
    const csv = ['file,patient_id', ...wanted.map(({ name }) => `${name}.nii.gz,P-${name}`)].join('\n');
    writeFileSync(join(folder, 'meta.csv'), `${csv}\n`);
    await ended(await client['imports.start']({ paths: [folder], metadata: join(folder, 'meta.csv') }));
    const { rows } = await client['worklist.list']({});
    for (const { name, image } of wanted) {
      const row = rows.find(({ patientId }) => patientId === `P-${name}`);
      const out = join(root, 'back', name);
      const result = await exported({
        seriesInstanceUid: row?.seriesInstanceUid ?? ('1' as never),
        out,
        compress: false,
      });
      expect(result.dtype).toBe('int16');
      expect(sha(voxelsIn(result.files[0] ?? ''))).toBe(sums.get(name));
      const header = readFileSync(result.files[0] ?? '').subarray(0, 352);
      const source = niftiHeader(image);
      const numbers = (bytes: Uint8Array) =>
        Array.from({ length: 12 }, (_, i) =>
          new DataView(bytes.buffer, bytes.byteOffset).getFloat32(280 + 4 * i, true),
        );
      numbers(header).forEach((value, i) => {
        expect(value).toBeCloseTo(numbers(source)[i] ?? 0, 4);
      });
    }
  }, 60_000);

  it('is straightened when asked, and says so; what is no grid is refused', async () => {
    const { rows } = await client['worklist.list']({});
    const tilted = rows.find(({ patientId }) => patientId === 'P-tilted')?.seriesInstanceUid ?? ('1' as never);
    const asIs = await exported({ seriesInstanceUid: tilted, out: join(root, 'tilted') });
    expect(asIs.notes[0]).toMatch(/Sheared by 12\.0 degrees/);
    const straight = await exported({ seriesInstanceUid: tilted, out: join(root, 'straight'), straighten: true });
    expect(straight.notes[0]).toMatch(/Shear-corrected by 12\.0 degrees/);
    expect(straight.shape[1]).toBeGreaterThan(asIs.shape[1] ?? 0);
    expect(readdirSync(join(root, 'straight'))).toHaveLength(1);
    await expect(client['series.export']({ seriesInstanceUid: tilted, out: root, stack: 7 })).rejects.toMatchObject({
      code: 'not-found',
    });
  }, 60_000);
});
