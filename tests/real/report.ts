import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Machine, machineLine, projectRoot } from '../../bench/machine.ts';

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Report {
  readonly verdict: 'pass' | 'fail' | 'skipped';
  /** One sentence: what was seen, or why it was not looked at. */
  readonly summary: string;
  readonly tables?: readonly Table[];
  readonly notes?: readonly string[];
}

/** A long check on real data or of the whole program. */
export interface Check {
  readonly name: string;
  readonly title: string;
  run(tell: (text: string) => void): Promise<Report>;
}

export interface Occasion {
  readonly date: string;
  readonly seconds: number;
  readonly machine: Machine;
}

const cell = (value: string | number): string => String(value).replaceAll('|', '\\|');

function tableText({ title, columns, rows }: Table): string {
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return `## ${title}\n\n${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}

export function reportText({ name, title }: Check, report: Report, { date, seconds, machine }: Occasion): string {
  const facts = [
    `- Verdict: **${report.verdict}**. ${report.summary}`,
    `- Command: \`npm run test:real ${name}\``,
    `- Date: ${date}, ${Math.round(seconds)} s`,
    `- Machine: ${machineLine(machine)}`,
    ...(report.notes ?? []).map((note) => `- ${note}`),
  ];
  return [`# ${title}`, `${facts.join('\n')}\n`, ...(report.tables ?? []).map(tableText)]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replace(/\n+$/, '\n');
}

/** Writes docs/results/NAME.md and returns its path in the project. */
export function writeReport(check: Check, report: Report, occasion: Occasion): string {
  const file = path.join('docs', 'results', `${check.name}.md`);
  mkdirSync(path.join(projectRoot, 'docs', 'results'), { recursive: true });
  writeFileSync(path.join(projectRoot, file), reportText(check, report, occasion));
  return file;
}

/** Conditions that all have to hold, each told in words. */
export function verdictOf(conditions: Readonly<Record<string, boolean>>): Pick<Report, 'verdict' | 'summary'> {
  const broken = Object.entries(conditions).flatMap(([words, holds]) => (holds ? [] : [words]));
  if (broken.length === 0) return { verdict: 'pass', summary: `${Object.keys(conditions).join('; ')}.` };
  return { verdict: 'fail', summary: `Not so: ${broken.join('; ')}.` };
}

export const skipped = (reason: string): Report => ({ verdict: 'skipped', summary: reason });
