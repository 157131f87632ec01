import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import { isTarName, isZipName } from './address.ts';
import { guarded } from './openSource.ts';

/** One row of a metadata CSV: what PNG, JPEG and NIfTI files cannot say themselves. */
export interface MetadataRow {
  /** As written in the CSV; part of the image's identity. */
  readonly file: string;
  readonly patientId: string;
  readonly studyId?: string;
  readonly sex?: string;
  readonly ageYears?: number;
  /** All other columns that are not empty. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Metadata {
  /** By the address that the row's `file` means. */
  readonly rows: ReadonlyMap<string, MetadataRow>;
  readonly rejected: readonly { readonly path: string; readonly code: ErrorCode; readonly message: string }[];
}

const Row = z.object({ file: z.string().min(1), patient_id: z.string().min(1) }).catchall(z.string());
const ownColumns = new Set(['file', 'patient_id', 'study_id', 'sex', 'age']);

/**
 * Reads a metadata CSV with the columns file, patient_id[, study_id, sex, age, ...]. `firstPath` is the first path to be
 * imported, which `file` is relative to (a folder, an archive, or the folder of a single file); without it, the CSV's
 * own folder. A second row for the same file is rejected as duplicate-row, a row without patient as invalid-value.
 * Errors: file-not-found, file-unreadable, invalid-input.
 */
export async function readMetadataCsv(csvPath: string, firstPath?: string): Promise<Metadata> {
  const text = await guarded(() => readFile(csvPath, 'utf8'));
  const base = await baseOf(csvPath, firstPath);
  const rows = new Map<string, MetadataRow>();
  const rejected: Metadata['rejected'][number][] = [];
  for (const record of parseCsv(text)) {
    const parsed = Row.safeParse(record);
    const file = record.file ?? '';
    const address = base(file.replaceAll('\\', '/'));
    if (!parsed.success) {
      rejected.push({ path: file, code: 'invalid-value', message: 'The row names no file or no patient.' });
    } else if (rows.has(address)) {
      rejected.push({ path: file, code: 'duplicate-row', message: 'Another row of the table names the same file.' });
    } else {
      rows.set(address, rowOf(parsed.data));
    }
  }
  return { rows, rejected };
}

function parseCsv(text: string): Record<string, string>[] {
  try {
    const records: Record<string, string>[] = parse(text, {
      columns: (header: string[]) => header.map((name) => name.trim()),
      bom: true,
      skip_empty_lines: true,
      trim: true,
    });
    const first = records[0];
    if (first && !('file' in first && 'patient_id' in first)) {
      throw new AppError('invalid-input', 'The metadata table needs the columns file and patient_id.');
    }
    return records;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('invalid-input', `The metadata table cannot be read: ${reason}`, { cause: thrown });
  }
}

async function baseOf(csvPath: string, firstPath: string | undefined): Promise<(file: string) => string> {
  if (firstPath === undefined) return (file) => path.resolve(path.dirname(csvPath), file);
  const start = path.resolve(firstPath);
  if (isZipName(start) || isTarName(start)) return (file) => `${start}!/${file.replace(/^\.\//, '')}`;
  const isFolder = (await guarded(() => stat(start))).isDirectory();
  return (file) => path.resolve(isFolder ? start : path.dirname(start), file);
}

function rowOf(record: z.output<typeof Row>): MetadataRow {
  const optional = (name: string) => record[name] || undefined;
  const studyId = optional('study_id');
  const sex = optional('sex')?.toUpperCase();
  const ageYears = ageYearsOf(optional('age'));
  return {
    file: record.file,
    patientId: record.patient_id,
    ...(studyId ? { studyId } : {}),
    ...(sex ? { sex } : {}),
    ...(ageYears === undefined ? {} : { ageYears }),
    attributes: Object.fromEntries(Object.entries(record).filter(([name, value]) => !ownColumns.has(name) && value)),
  };
}

/** A plain number of years, or DICOM AS: 045Y, 018M, 003W, 010D (PS3.5 section 6.2). */
export function ageYearsOf(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([YMWD]?)$/.exec(text?.trim().toUpperCase() ?? '');
  if (!match?.[1]) return undefined;
  const perYear = { Y: 1, M: 12, W: 52.1775, D: 365.2425 }[match[2] || 'Y'] ?? 1;
  return Math.round((Number(match[1]) / perYear) * 1000) / 1000;
}
