import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import dicomParser from 'dicom-parser';
import { gunzipSync } from 'fflate';
import { PNG } from 'pngjs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makePhantoms, type PhantomOptions } from '../../../main/imaging/phantom/makePhantoms.ts';

const root = mkdtempSync(path.join(tmpdir(), 'groundglass-phantom-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const pair = z.tuple([z.number(), z.number()]);
const truthSchema = z.object({
  patients: z.array(
    z.object({
      patientId: z.string(),
      kind: z.enum(['ct-nodule', 'mr-lesion', 'cr', 'ct-liver']),
      className: z.string(),
      number: z.number(),
      hasFinding: z.boolean(),
      seriesInstanceUid: z.string(),
      file: z.string(),
      folder: z.string(),
      sopInstanceUid: z.string(),
      frame: z.number(),
      lesion: z
        .object({
          centrePixel: pair,
          centreLpsMm: z.tuple([z.number(), z.number(), z.number()]).nullable(),
          diameterMm: z.number(),
          mask: z.string(),
        })
        .nullable(),
    }),
  ),
});

let folders = 0;
async function make(options: Partial<PhantomOptions>) {
  const out = path.join(root, String(folders++));
  const result = await makePhantoms({ out, patients: 4, seed: 7, ...options });
  const truth = truthSchema.parse(JSON.parse(readFileSync(path.join(out, 'truth.json'), 'utf8')));
  const rows = parse<Record<string, string>>(readFileSync(result.labelsCsv), { columns: true });
  return { out, result, truth: truth.patients, rows };
}

function allFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();
}

function digest(folder: string): string {
  const hash = createHash('sha256');
  for (const name of allFiles(folder)) hash.update(name).update(readFileSync(path.join(folder, name)));
  return hash.digest('hex');
}

const load = (file: string) => dicomParser.parseDicom(new Uint8Array(readFileSync(file)));
const numbers = (text: string | undefined): number[] => (text ?? '').split('\\').map(Number);

/** Centroid [column, row, frame] of the set voxels of a mask file. */
function centroid(file: string): [number, number, number] {
  const bytes = new Uint8Array(readFileSync(file));
  let [columns, rows, data] = [0, 0, new Uint8Array(0)];
  if (file.endsWith('.png')) {
    const png = PNG.sync.read(Buffer.from(bytes));
    [columns, rows] = [png.width, png.height];
    data = Uint8Array.from({ length: columns * rows }, (_, i) => png.data[i * 4] ?? 0);
  } else {
    const nifti = gunzipSync(bytes);
    const view = new DataView(nifti.buffer, nifti.byteOffset);
    [columns, rows] = [view.getInt16(42, true), view.getInt16(44, true)];
    data = nifti.subarray(352);
  }
  const sum = [0, 0, 0, 0];
  data.forEach((inside, at) => {
    if (inside === 0) return;
    const where = [at % columns, Math.floor(at / columns) % rows, Math.floor(at / columns / rows), 1];
    where.forEach((value, axis) => {
      sum[axis] = (sum[axis] ?? 0) + value;
    });
  });
  const [column = 0, row = 0, frame = 0, n = 0] = sum;
  expect(n).toBeGreaterThan(0);
  return [column / n, row / n, frame / n];
}

describe('makePhantoms', () => {
  it('writes files that a DICOM parser reads back, with the attributes that geometry and display need', async () => {
    const { out, truth, result } = await make({ kind: ['ct-nodule', 'mr-lesion', 'cr'], patients: 6 });
    expect(result.files).toBe(2 * 12 + 2 * 12 + 2);
    const dicom = allFiles(out).filter((name) => name.endsWith('.dcm'));
    expect(dicom).toHaveLength(result.files);
    const modalities = { 'ct-nodule': 'CT', 'mr-lesion': 'MR', cr: 'CR', 'ct-liver': 'CT' } as const;
    for (const patient of truth) {
      const dataset = load(path.join(out, patient.file));
      expect(dataset.string('x00020010')).toBe('1.2.840.10008.1.2.1');
      expect(dataset.string('x00080060')).toBe(modalities[patient.kind]);
      expect(dataset.string('x00080018')).toBe(patient.sopInstanceUid);
      expect(dataset.string('x00020003')).toBe(patient.sopInstanceUid);
      expect(dataset.string('x0020000e')).toBe(patient.seriesInstanceUid);
      expect(dataset.string('x00100020')).toBe(patient.patientId);
      expect(dataset.elements.x7fe00010?.length).toBe(
        2 * (dataset.uint16('x00280010') ?? 0) * (dataset.uint16('x00280011') ?? 0),
      );
      const spacing = patient.kind === 'cr' ? 'x00181164' : 'x00280030';
      expect(numbers(dataset.string(spacing))).toHaveLength(2);
      if (patient.kind === 'cr') expect(dataset.elements.x00280030).toBeUndefined();
      if (patient.kind === 'ct-nodule') expect(dataset.string('x00281052')).toBe('-1024');
      for (const uid of [patient.sopInstanceUid, patient.seriesInstanceUid]) {
        expect(uid).toMatch(/^2\.25\.[1-9][0-9]*$/);
        expect(uid.length).toBeLessThanOrEqual(64);
      }
    }
  });

  it('numbers the slices from head to feet with even spacing and one orientation', async () => {
    const { out, truth } = await make({ patients: 1 });
    const folder = path.join(out, truth[0]?.folder ?? '');
    const heights = readdirSync(folder)
      .sort()
      .map((name, i) => {
        const dataset = load(path.join(folder, name));
        expect(dataset.intString('x00200013')).toBe(i + 1);
        expect(dataset.string('x00200037')).toBe('1\\0\\0\\0\\1\\0');
        return numbers(dataset.string('x00200032'))[2] ?? Number.NaN;
      });
    expect(heights).toHaveLength(12);
    heights.slice(1).forEach((height, i) => {
      expect((heights[i] ?? 0) - height).toBeCloseTo(2.5, 6);
    });
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const kinds = ['ct-nodule', 'mr-lesion', 'cr'] as const;
    const [first, second, other] = [
      await make({ kind: kinds, patients: 3 }),
      await make({ kind: kinds, patients: 3 }),
      await make({ kind: kinds, patients: 3, seed: 8 }),
    ];
    expect(digest(second.out)).toBe(digest(first.out));
    expect(digest(other.out)).not.toBe(digest(first.out));
  });

  it.each([
    { kind: 'ct-nodule' },
    { kind: 'mr-lesion' },
    { kind: 'cr' },
    { kind: 'ct-nodule', shape: { mirrored: true } },
    { kind: 'ct-nodule', shape: { multiFrame: true, lesionMm: [-80, 20] } },
    { kind: 'ct-nodule', shape: { columns: 160, rows: 120 } },
    { kind: 'cr', shape: { columns: 200, rows: 256, mirrored: true } },
    { kind: 'ct-liver', shape: { columns: 96, rows: 96 } },
  ] as const)('draws the lesion where the truth says: $kind $shape', async (options) => {
    const { out, truth, rows } = await make({ ...options, patients: 6 });
    const withLesion = truth.filter((patient) => patient.lesion);
    expect(withLesion.length).toBeGreaterThanOrEqual(3);
    for (const { lesion, sopInstanceUid, file } of withLesion) {
      if (!lesion) continue;
      const [column, row, frame] = centroid(path.join(out, lesion.mask));
      expect(Math.abs(column - lesion.centrePixel[0])).toBeLessThan(1);
      expect(Math.abs(row - lesion.centrePixel[1])).toBeLessThan(1);
      const label = rows.find((entry) => entry.sop_uid === sopInstanceUid && entry.scope === 'lesion');
      const geometry = z.object({ points: z.array(pair) }).parse(JSON.parse(label?.geometry ?? ''));
      const mean = (axis: 0 | 1) =>
        geometry.points.reduce((sum, point) => sum + point[axis], 0) / geometry.points.length;
      expect(Math.abs(mean(0) - lesion.centrePixel[0])).toBeLessThan(1);
      expect(Math.abs(mean(1) - lesion.centrePixel[1])).toBeLessThan(1);
      if (!lesion.centreLpsMm || options.kind === 'cr' || ('shape' in options && 'multiFrame' in options.shape))
        continue;
      const dataset = load(path.join(out, path.dirname(file), '0001.dcm'));
      const origin = numbers(dataset.string('x00200032'));
      const [pixelMm = 0] = numbers(dataset.string('x00280030'));
      expect((origin[0] ?? 0) + pixelMm * lesion.centrePixel[0]).toBeCloseTo(lesion.centreLpsMm[0], 3);
      expect(Math.abs((origin[2] ?? 0) - frame * 2.5 - lesion.centreLpsMm[2])).toBeLessThan(
        options.kind === 'ct-nodule' ? 2.5 : 80,
      );
    }
  });

  it('mirrors every pixel of the twin, and gives it another identity', async () => {
    const straight = await make({ patients: 1 });
    const twin = await make({ patients: 1, shape: { mirrored: true } });
    const pixels = (set: typeof straight): Uint16Array => {
      const dataset = load(path.join(set.out, set.truth[0]?.folder ?? '', '0006.dcm'));
      const at = dataset.elements.x7fe00010;
      return new Uint16Array(dataset.byteArray.slice(at?.dataOffset, (at?.dataOffset ?? 0) + (at?.length ?? 0)).buffer);
    };
    const [a, b] = [pixels(straight), pixels(twin)];
    for (let start = 0; start < a.length; start += 192) a.subarray(start, start + 192).reverse();
    expect(Buffer.from(b.buffer).equals(Buffer.from(a.buffer))).toBe(true);
    expect(twin.truth[0]?.patientId).toBe(`${straight.truth[0]?.patientId}M`);
    expect(twin.truth[0]?.seriesInstanceUid).not.toBe(straight.truth[0]?.seriesInstanceUid);
  });

  it('writes an enhanced multi-frame file with a position for each frame', async () => {
    const { out, truth } = await make({ patients: 1, shape: { multiFrame: true } });
    const dataset = load(path.join(out, truth[0]?.file ?? ''));
    expect(dataset.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.2.2');
    expect(dataset.intString('x00280008')).toBe(12);
    expect(dataset.elements.x52009230?.items).toHaveLength(12);
    const first = dataset.elements.x52009230?.items?.[0]?.dataSet?.elements.x00209113?.items?.[0]?.dataSet;
    expect(numbers(first?.string('x00200032'))).toHaveLength(3);
  });

  it('balances the classes of every kind', async () => {
    const { truth } = await make({
      kind: ['mr-lesion', 'cr'],
      patients: 12,
      shape: { columns: 64, rows: 64, frames: 2 },
    });
    const count = (className: string) => truth.filter((patient) => patient.className === className).length;
    expect(['lesion', 'no-lesion', 'normal', 'opacity'].map(count)).toEqual([3, 3, 3, 3]);
    expect(
      truth.every((patient) => (patient.lesion === null) === ['no-lesion', 'normal'].includes(patient.className)),
    ).toBe(true);
  });

  it('labels every series and key image, and outlines every lesion', async () => {
    const { rows, truth } = await make({ patients: 4, shape: { columns: 96, rows: 96, frames: 4 } });
    const place = ['reader', 'scope', 'series_uid', 'sop_uid', 'frame'];
    const columns = [...place, 'label', 'value', 'unit', 'minimum', 'maximum', 'geometry'];
    expect(Object.keys(rows[0] ?? {})).toEqual(columns);
    for (const patient of truth) {
      const own = rows.filter((row) =>
        [row.series_uid, row.sop_uid].some(
          (uid) => uid === patient.seriesInstanceUid || uid === patient.sopInstanceUid,
        ),
      );
      expect(own.map((row) => `${row.scope} ${row.label}`)).toEqual([
        'series nodule-series',
        'image nodule-image',
        'image nodule-size',
        'image nodule-large',
        'lesion nodule',
      ]);
      const values = Object.fromEntries(own.map((row) => [row.label, row.value]));
      const diameterMm = patient.lesion?.diameterMm ?? 0;
      const { className } = patient;
      expect(values).toEqual({
        ...{ 'nodule-series': className, 'nodule-image': className, nodule: className },
        ...{ 'nodule-size': String(Number(diameterMm.toFixed(1))), 'nodule-large': diameterMm >= 32 ? 'yes' : 'no' },
      });
      expect(own.find(({ label }) => label === 'nodule-size')).toMatchObject({
        unit: 'mm',
        minimum: '0',
        maximum: '60',
      });
    }
  });

  it('draws both nodule classes from the same sizes and densities', async () => {
    const { truth } = await make({ patients: 60, shape: { columns: 32, rows: 32, frames: 1 } });
    const diameters = (name: string) => truth.filter((p) => p.className === name).map((p) => p.lesion?.diameterMm ?? 0);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(diameters('smooth')).toHaveLength(30);
    expect(Math.abs(mean(diameters('smooth')) - mean(diameters('spiculated')))).toBeLessThan(2.5);
  });

  it('stops when told to and refuses what makes no images', async () => {
    await expect(make({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(make({ patients: 0 })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(make({ seed: -1 })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(make({ kind: [] })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(make({ kind: 'cr', shape: { multiFrame: true } })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(make({ shape: { lesionMm: [0, 0] } })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

it('knows the width of the heart and the volume of the lesion, which the mask shows', async () => {
  const films = await make({ patients: 6, kind: 'cr', shape: { columns: 64, rows: 64 } });
  const widths = films.truth.map(({ number }) => number);
  expect(Math.min(...widths)).toBeGreaterThan(33);
  expect(Math.max(...widths)).toBeLessThan(48);
  expect(films.truth.every(({ number, hasFinding }) => hasFinding === number >= 41)).toBe(true);
  const heads = await make({ patients: 6, kind: 'mr-lesion', shape: { columns: 64, rows: 64, frames: 12 } });
  for (const { lesion, number } of heads.truth) {
    if (!lesion) expect(number).toBe(0);
    // A wavy ball of that diameter on voxels of 3.6 mm and slices of 4 mm.
    else expect(number / ((Math.PI / 6000) * lesion.diameterMm ** 3)).toBeCloseTo(1, 0);
  }
});
