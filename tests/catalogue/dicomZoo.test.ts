import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { indexFile } from '../../main/imaging/indexFile.ts';
import { type InspectColumn, type InspectRow, inspectColumns, inspectFile } from '../../main/imaging/inspectFile.ts';

const zoo = path.resolve(import.meta.dirname, '../../../shared/data/dicom-zoo');
const isThere = existsSync(path.join(zoo, 'manifest.csv'));
const manifest: Record<string, string>[] = isThere
  ? parse(readFileSync(path.join(zoo, 'manifest.csv')), { columns: true })
  : [];

/** The rows of these syntaxes are lossy whatever their `lossy` column says. */
const lossySyntaxes = new Set(['1.2.840.10008.1.2.4.53', '1.2.840.10008.1.2.4.55']);
const isLossy = (e: Record<string, string>) => e.lossy === '1' || lossySyntaxes.has(e.transfer_syntax ?? '');
const decodable = manifest.filter((e) => e.decodes === 'yes' && e.expect?.startsWith('ok'));

const headerColumns: readonly InspectColumn[] = [
  'file',
  'bytes',
  'file_sha256',
  'has_preamble',
  'sop_class',
  'sop_instance_uid',
  'series_uid',
  'transfer_syntax',
  'transfer_syntax_name',
  'modality',
  'rows',
  'cols',
  'frames',
  'samples',
  'photometric',
  'planar',
  'bits_allocated',
  'bits_stored',
  'high_bit',
  'pixel_rep',
  'rescale_slope',
  'rescale_intercept',
  'window_center',
  'window_width',
  'charset',
  'patient_name',
  'patient_id',
  'features',
];

const inspected = new Map<string, Promise<InspectRow>>();

/** Each file is read once for all tests. */
function inspect({ file = '' }: Record<string, string>): Promise<InspectRow> {
  const row = inspected.get(file) ?? inspectFile(path.join(zoo, file), { pixels: true, root: zoo });
  inspected.set(file, row);
  return row;
}

/** A manifest cell in the form of an inspect value: Python lists become arrays, numbers numbers, '' null. */
function expected(cell: string | undefined, actual: unknown): unknown {
  if (cell === undefined || cell === '') return null;
  if (Array.isArray(actual)) return JSON.parse(cell.replaceAll("'", '"'));
  return typeof actual === 'number' ? Number(cell) : cell;
}

describe.skipIf(!isThere)('DICOM zoo (../shared/data/dicom-zoo; skipped where absent)', () => {
  it('names every column of the manifest', () => {
    expect(Object.keys(manifest[0] ?? {})).toEqual([...inspectColumns]);
  });

  it('reads the header facts of every file that another reader could read', async () => {
    for (const entry of manifest.filter((e) => e.sop_class && e.expect !== '')) {
      const row = await inspect(entry);
      if (row.error && !entry.expect?.startsWith('ok')) continue;
      const columns = headerColumns.filter((c) => row[c] !== null || entry[c]);
      const actual = Object.fromEntries(columns.map((c) => [c, row[c]]));
      expect(actual).toEqual(Object.fromEntries(columns.map((c) => [c, expected(entry[c], row[c])])));
    }
  });

  it('reproduces the stored values of every lossless image exactly', async () => {
    const rows = decodable.filter((e) => !isLossy(e));
    expect(rows).toHaveLength(137);
    for (const entry of rows) {
      const row = await inspect(entry);
      expect({
        file: entry.file,
        error: row.error,
        shape: row.array_shape,
        dtype: row.array_dtype,
        sha: row.px_sha256,
      }).toEqual({
        file: entry.file,
        error: undefined,
        shape: entry.array_shape?.split('x').map(Number),
        dtype: entry.array_dtype?.replace('>i2', 'int16'),
        sha: entry.px_sha256,
      });
      expect(row.px_min).toBeCloseTo(Number(entry.px_min), 6);
      expect(row.px_max).toBeCloseTo(Number(entry.px_max), 6);
      expect(row.px_mean).toBeCloseTo(Number(entry.px_mean), 4);
    }
  });

  it('comes within 1 % of the range of the stored values of lossy images', async () => {
    const rows = decodable.filter(isLossy);
    expect(rows).toHaveLength(41);
    for (const entry of rows) {
      const row = await inspect(entry);
      expect({ file: entry.file, error: row.error, shape: row.array_shape }).toEqual({
        file: entry.file,
        error: undefined,
        shape: entry.array_shape?.split('x').map(Number),
      });
      const allowed = 0.01 * (Number(entry.px_max) - Number(entry.px_min));
      for (const column of ['px_min', 'px_max', 'px_mean'] as const) {
        expect(Math.abs(Number(row[column]) - Number(entry[column])), `${entry.file} ${column}`).toBeLessThan(allowed);
      }
    }
  });

  it('reads every syntax of the zoo, and answers everything else with a code or as without pixels', async () => {
    for (const entry of manifest) {
      const row = await inspect(entry);
      if (entry.decodes === 'no') expect([entry.file, row.error?.code]).not.toContain(undefined);
      const isTyped = row.error !== undefined || row.decodes === 'yes' || row.decodes === 'no-pixel-data';
      expect([entry.file, isTyped]).toEqual([entry.file, true]);
      expect(row.error?.code).not.toBe('internal');
      expect(row.error?.code).not.toBe('unsupported-transfer-syntax');
    }
  });

  it('does not pass damaged images off as good ones', async () => {
    const damaged = manifest.filter(
      (e) => e.expect?.startsWith('corrupt') && e.file !== 'derived/corrupt/CT1_RLE.slope0-ww0.dcm',
    );
    for (const entry of damaged) expect([entry.file, (await inspect(entry)).error?.code]).not.toContain(undefined);
  });

  it('indexes or refuses every file with a code', async () => {
    let indexed = 0;
    for (const entry of manifest) {
      const address = path.join(zoo, entry.file ?? '');
      const result = await indexFile({ address }).catch((error: { code?: string }) => error.code ?? 'UNTYPED');
      if (typeof result === 'string') expect(result).toMatch(/^[a-z-]+$/);
      else {
        indexed += 1;
        expect(result.instance.fileSha256).toBe(entry.file_sha256);
      }
    }
    expect(indexed).toBeGreaterThan(180);
  });
});
