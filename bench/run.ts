/**
 * npm run bench [NAME...] [--json]: measures, prints a table, writes docs/results/bench-NAME.json and .md. Asserts
 * nothing. With --json each result is one line on stdout and the rest goes to stderr.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Bench, type BenchResult, benchArguments, type Figure } from './bench.ts';
import { decoding } from './decoding.ts';
import { headerIndexing } from './headers.ts';
import { importFiles, importMany } from './importFiles.ts';
import { describeMachine, type Machine, machineLine, projectRoot } from './machine.ts';
import { summaryText } from './numbers.ts';
import { startup } from './startup.ts';
import { timeToQuality } from './timeToQuality.ts';
import { inference, trainStep } from './trainStep.ts';
import { viewer } from './viewer.ts';
import { worklist } from './worklist.ts';

const benches: readonly Bench[] = [
  startup,
  importFiles,
  importMany,
  headerIndexing,
  decoding,
  worklist,
  trainStep,
  inference,
  timeToQuality,
  viewer,
];
/** What was asked for besides the names of benches. */
const words = process.argv.slice(2).filter((word) => word !== '--json' && benches.every(({ name }) => name !== word));
const given = words.length === 0 ? [] : ['--', ...words];
const resultsFolder = path.join(projectRoot, 'docs', 'results');

function tableOf(figures: readonly Figure[], peerName = 'PyTorch'): string {
  const hasPeer = figures.some(({ peer }) => peer !== undefined);
  const columns = ['', 'unit', 'median (range)', ...(hasPeer ? [peerName, 'ratio'] : [])];
  const rows = figures.map(({ quantity, unit, own, peer, ratio }) => {
    const digits = unit === 'AUROC' ? 3 : unit === 's' ? 2 : 1;
    const others = hasPeer ? [peer ? summaryText(peer, digits) : '-', ratio ? summaryText(ratio, 2) : '-'] : [];
    return [quantity, unit, summaryText(own, digits), ...others];
  });
  return [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function documentOf({ name, title }: Bench, result: BenchResult, machine: Machine, date: string): string {
  const facts = [
    `- Command: \`npm run bench ${[name, ...given].join(' ')}\``,
    `- Date: ${date}`,
    `- Machine: ${machineLine(machine)}`,
    `- Conditions: ${result.conditions}`,
    ...(result.notes ?? []).map((note) => `- ${note}`),
  ];
  return `# ${title}\n\n${facts.join('\n')}\n\n${tableOf(result.figures, result.peerName)}\n`;
}

const isJson = process.argv.includes('--json');
const tell = (text: string): void => (isJson ? console.error(text) : console.log(text));

async function perform(bench: Bench): Promise<void> {
  const machine = describeMachine();
  const date = new Date().toISOString().slice(0, 10);
  tell(`${bench.name}: ${bench.title}`);
  const result = await bench.run((text) => tell(`  ${text}`));
  const file = path.join(resultsFolder, `bench-${bench.name}`);
  mkdirSync(resultsFolder, { recursive: true });
  const record = { bench: bench.name, date, machine, ...result };
  writeFileSync(`${file}.json`, `${JSON.stringify(record, null, 2)}\n`);
  const text = documentOf(bench, result, machine, date);
  writeFileSync(`${file}.md`, text);
  if (isJson) console.log(JSON.stringify(record));
  else console.log(`\n${text}`);
}

const wanted = benchArguments().positionals;
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${benches.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const chosen = wanted.length === 0 ? benches : benches.filter(({ name }) => wanted.includes(name));
for (const bench of chosen) await perform(bench);
process.exit(0);
