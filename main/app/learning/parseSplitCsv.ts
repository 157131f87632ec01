import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { SplitRow } from '../../domain/split/splitFromFile.ts';

const Row = z.object({ patient_id: z.string().min(1), split: z.enum(['train', 'val', 'test']) });

/** CSV with the columns patient_id and split (train, val or test). Throws `invalid-input` naming the first bad row. */
export function parseSplitCsv(text: string): SplitRow[] {
  const records = parseRecords(text);
  return records.map((record, i) => {
    const parsed = Row.safeParse(record);
    if (!parsed.success)
      throw new AppError(
        'invalid-input',
        `Row ${i + 2} of the split file needs a patient_id and a split of train, val or test.`,
      );
    return { patientId: parsed.data.patient_id, split: parsed.data.split };
  });
}

function parseRecords(text: string): unknown[] {
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    throw new AppError('invalid-input', 'The split file is no CSV table.', { cause });
  }
}
