/**
 * Canaries: identifying strings in every corner of DICOM files, and text burnt into pictures. Seeded; the results are
 * written to docs/results/canaries.json and burned-in-text.md. Exit code 1 where anything leaked.
 *
 *   npm run canaries [-- --seed 2026 --files 320 --foreign 63 --pictures 12 --python /path/to/python]
 *
 * With --python (pydicom installed) the exports are also read by pydicom.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/machine.ts';
import { measureBurnedInText } from './burnedInText.ts';
import { measureFileCanaries } from './fileCanaries.ts';
import { textReport } from './textReport.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '2026' },
    files: { type: 'string', default: '320' },
    foreign: { type: 'string', default: '63' },
    pictures: { type: 'string', default: '12' },
    python: { type: 'string' },
    out: { type: 'string', default: 'docs/results' },
  },
});
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const [seed, latin, foreign, pictures] = [values.seed, values.files, values.foreign, values.pictures].map(Number);
const plan = { seed: seed ?? 0, latin: latin ?? 0, foreign: foreign ?? 0, python: values.python };
const command = `npm run canaries -- --seed ${seed} --files ${latin} --foreign ${foreign} --pictures ${pictures}`;
const head = { command, date: new Date().toISOString(), machine: describeMachine() };

const files = await measureFileCanaries(plan, log);
const isPassed = files.every(
  ({ leaks, uidMistakes, refused, unread }) =>
    leaks.length + uidMistakes.length + refused === 0 && Object.values(unread).every((count) => count === 0),
);
const record = { ...head, isPassed, files };
writeFileSync(path.resolve(values.out, 'canaries.json'), `${JSON.stringify(record, null, 2)}\n`);
for (const { profile, written, leaks, uidMistakes, unread } of files)
  log(
    `${profile}: ${written} files, ${leaks.length} leaks, ${uidMistakes.length} UID mistakes, unread ${JSON.stringify(unread)}`,
  );

log('text in pictures');
const text = await measureBurnedInText(plan.seed, pictures ?? 0);
writeFileSync(path.resolve(values.out, 'burned-in-text.md'), textReport(text, head));
log(`${text.canaries.length} texts in ${text.silent.length} pictures`);
process.exitCode = isPassed ? 0 : 1;
