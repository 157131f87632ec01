import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../main/domain/errors.ts';
import { deidentify } from '../../../main/imaging/deidentify/deidentify.ts';
import { basicOptions } from '../../../main/imaging/deidentify/options.ts';
import { readHeader } from '../../../main/imaging/dicom/readHeader.ts';
import { decodeFrame } from '../../../main/imaging/pixels/decodeFrame.ts';

const zoo = path.resolve(import.meta.dirname, '../../../../shared/data/dicom-zoo');
const hasZoo = existsSync(path.join(zoo, 'manifest.csv'));

interface Row {
  readonly file: string;
  readonly name: string;
  readonly id: string;
}

/** The three columns; the manifest quotes fields that hold commas. */
function rows(): Row[] {
  const [head = '', ...lines] = readFileSync(path.join(zoo, 'manifest.csv'), 'utf8').trim().split('\n');
  const columns = head.split(',');
  const at = (cells: readonly string[], column: string): string => cells[columns.indexOf(column)] ?? '';
  return lines.map((line) => {
    const cells = [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].map((match) => match[2] ?? match[1] ?? '');
    return { file: at(cells, 'file'), name: at(cells, 'patient_name'), id: at(cells, 'patient_id') };
  });
}

/** Everything but the pixels, where a short name may occur by chance. */
function textOf(bytes: Uint8Array): string {
  const { pixels } = readHeader(bytes);
  const end = pixels ? pixels.offset : bytes.length;
  return Buffer.from(bytes.subarray(0, end)).toString('latin1');
}

const limit = 3 * 1024 * 1024;

describe.skipIf(!hasZoo)(`the files of dicom-zoo${hasZoo ? '' : ' (skipped: ../shared/data is not there)'}`, () => {
  it('are accepted or refused with a code; no name or identifier of the manifest is left', async () => {
    const counts: Record<string, number> = {};
    const leaks: string[] = [];
    const changed: string[] = [];
    for (const { file, name, id } of rows()) {
      const source = readFileSync(path.join(zoo, file));
      if (source.length > limit) continue;
      const request = { options: basicOptions, keys: { secret: Buffer.alloc(32, 1) }, burnedIn: 'accept' } as const;
      try {
        const { bytes, report } = await deidentify(source, request);
        counts.accepted = (counts.accepted ?? 0) + 1;
        const text = textOf(bytes);
        const telling = [name, id].filter((value) => value.length >= 5 && /[^\d.]/.test(value));
        if (telling.some((value) => text.includes(value))) leaks.push(file);
        if (report.pixels === 'comments-blanked' && !(await hasSamePixels(source, bytes))) changed.push(file);
      } catch (thrown) {
        const code = (thrown as { code?: string }).code ?? 'internal';
        expect(errorCodes).toContain(code);
        expect(code, file).not.toBe('internal');
        counts[code] = (counts[code] ?? 0) + 1;
      }
    }
    expect(leaks).toEqual([]);
    expect(changed).toEqual([]);
    expect(counts.accepted).toBeGreaterThan(200);
    expect(counts['deidentification-failed'] ?? 0).toBe(0);
  }, 300_000);
});

async function hasSamePixels(source: Uint8Array, made: Uint8Array): Promise<boolean> {
  const [before, after] = await Promise.all([firstFrame(source), firstFrame(made)]);
  return before === after;
}

async function firstFrame(bytes: Uint8Array): Promise<string> {
  try {
    const { pixels } = await decodeFrame(readHeader(bytes), 1);
    return Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength).toString('base64');
  } catch (thrown) {
    return String((thrown as { code?: string }).code);
  }
}
