import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { type NumberScale, Scope } from '../../contract/labels.ts';
import { AppError } from '../../domain/errors.ts';
import { numberProblem, numberText, typedNumber } from '../../domain/numberAnswer.ts';

/** One row of a labels CSV, its cells checked one by one; what it points at is not looked up yet. */
export interface LabelCsvRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  readonly reader: string;
  readonly scope: Scope;
  readonly label: string;
  readonly value: string;
  /** The row says that the answer is a number on this scale. */
  readonly number?: NumberScale;
  readonly target: CsvTarget;
  /** 1-based */
  readonly frame?: number;
  /** JSON as it stands in the file; see readGeometry. */
  readonly geometry?: string;
  /** Path of a mask image; not read yet. */
  readonly mask?: string;
}

/** The cells that may name a target; the finest one counts, the others must agree with it. */
export interface CsvTarget {
  readonly file?: string;
  readonly sopUid?: string;
  readonly seriesUid?: string;
  readonly studyUid?: string;
  readonly patientId?: string;
}

export interface RejectedRow {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

export interface LabelsCsv {
  /** All data rows, rejected ones included. */
  readonly rowCount: number;
  readonly rows: readonly LabelCsvRow[];
  readonly rejected: readonly RejectedRow[];
}

type Cells = Readonly<Record<string, string | undefined>>;

const targetColumns = {
  file: ['file'],
  sopUid: ['sop_uid', 'sop_instance_uid', 'instance_uid', 'image_uid'],
  seriesUid: ['series_uid', 'series_instance_uid'],
  studyUid: ['study_uid', 'study_instance_uid'],
  patientId: ['patient_id'],
} as const satisfies Record<keyof CsvTarget, readonly string[]>;

const required = ['reader', 'scope', 'label', 'value'];
const LONGEST = 100;

/** What a person calls the same column: SOPInstanceUID, SopInstanceUid, sop_instance_uid. */
const synonyms: Readonly<Record<string, string>> = {
  sopinstanceuid: 'sop_uid',
  seriesinstanceuid: 'series_uid',
  studyinstanceuid: 'study_uid',
  patientid: 'patient_id',
};

function columnOf(header: string): string {
  const name = header.trim().toLowerCase();
  return synonyms[name] ?? name;
}

function readRecords(text: string): { readonly columns: readonly string[]; readonly records: readonly Cells[] } {
  let columns: string[] = [];
  const nameColumns = (header: string[]): string[] => {
    columns = header.map(columnOf);
    return columns;
  };
  const options = { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true };
  try {
    const records = parse<Cells>(text, { ...options, columns: nameColumns });
    return { columns, records };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AppError('invalid-input', `This is no readable CSV: ${error.message}.`, { cause: error });
  }
}

function targetOf(cells: Cells): CsvTarget {
  const found = Object.entries(targetColumns).map(([member, columns]) => {
    const column = columns.find((name) => cells[name]);
    return [member, column && cells[column]];
  });
  return Object.fromEntries(found.filter(([, cell]) => cell));
}

function textCell(cells: Cells, column: string): string {
  const text = cells[column] ?? '';
  if (text === '') throw new AppError('invalid-value', `The cell '${column}' is empty.`);
  if (text.length > LONGEST) {
    throw new AppError('invalid-value', `The cell '${column}' has more than ${LONGEST} characters.`);
  }
  return text;
}

function frameCell({ frame }: Cells): number | undefined {
  if (!frame) return undefined;
  const value = Number(frame);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new AppError('invalid-value', 'frame is not a whole number from 1.');
}

function boundCell(cells: Cells, column: 'minimum' | 'maximum'): number {
  const value = typedNumber(cells[column] ?? '');
  if (value === undefined) throw new AppError('invalid-value', `The cell '${column}' is not a number.`);
  return value;
}

/** A number has a minimum and a maximum, and a unit unless it is a score. */
function scaleCells(cells: Cells): NumberScale | undefined {
  if (!cells.minimum && !cells.maximum) {
    if (cells.unit)
      throw new AppError('invalid-value', 'A number needs the cells minimum and maximum beside its unit.');
    return undefined;
  }
  const scale = {
    unit: cells.unit ?? '',
    minimum: boundCell(cells, 'minimum'),
    maximum: boundCell(cells, 'maximum'),
  };
  if (scale.unit.length > 20) throw new AppError('invalid-value', "The cell 'unit' has more than 20 characters.");
  if (scale.minimum < scale.maximum) return scale;
  throw new AppError('invalid-value', 'minimum is not less than maximum.');
}

/** The answer as it is kept. Throws `invalid-value` where it is not on the scale. */
export function valueOnScale(value: string, scale: NumberScale | undefined): string {
  if (!scale) return value;
  const problem = numberProblem(value, scale);
  if (problem !== undefined) throw new AppError('invalid-value', problem);
  return numberText(typedNumber(value) ?? Number.NaN);
}

function rowOf(cells: Cells, row: number): LabelCsvRow {
  const scope = Scope.safeParse(cells.scope?.toLowerCase());
  if (!scope.success) throw new AppError('invalid-value', 'scope is not one of study, series, image, lesion.');
  const target = targetOf(cells);
  if (Object.keys(target).length === 0) throw new AppError('unknown-target', 'The row names no target.');
  const frame = frameCell(cells);
  const number = scaleCells(cells);
  return {
    row,
    reader: textCell(cells, 'reader'),
    scope: scope.data,
    label: textCell(cells, 'label'),
    value: valueOnScale(textCell(cells, 'value'), number),
    ...(number && { number }),
    target,
    ...(frame !== undefined && { frame }),
    ...(cells.geometry && { geometry: cells.geometry }),
    ...(cells.mask && { mask: cells.mask }),
  };
}

/**
 * Reads the CSV of `labels import` (DESIGN.md 6): comma, RFC 4180 quotes, UTF-8 with or without byte order mark; further
 * columns are ignored. A bad row is rejected, the rest goes on. Errors: `invalid-input` where the text is no CSV or
 * lacks a column.
 */
export function parseLabelsCsv(text: string): LabelsCsv {
  const { columns, records } = readRecords(text);
  const missing = required.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new AppError('invalid-input', `The CSV has no column ${missing.join(', ')}.`);
  const rows: LabelCsvRow[] = [];
  const rejected: RejectedRow[] = [];
  records.forEach((cells, i) => {
    try {
      rows.push(rowOf(cells, i + 2));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      rejected.push({ row: i + 2, code: error.code, message: error.message });
    }
  });
  return { rowCount: records.length, rows, rejected };
}
