import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { projectRoot } from '../../bench/machine.ts';

/** The real data beside the checkout; GROUNDGLASS_DATA names another place. */
export const dataFolder = process.env.GROUNDGLASS_DATA ?? path.resolve(projectRoot, '../shared/data');

export type Row = Readonly<Record<string, string | undefined>>;

export function readCsv(file: string): Row[] {
  return parse(readFileSync(file), { columns: true, skip_empty_lines: true });
}

/** A folder of the real data, or undefined where it is not on this machine. */
export function corpus(name: string): string | undefined {
  const folder = path.join(dataFolder, name);
  return existsSync(folder) ? folder : undefined;
}

const quote = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function csvText(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
}
