import { rmSync } from 'node:fs';
import path from 'node:path';
import { ensureChromium } from './e2e/support/chromium.ts';
import { readPlaywrightReport, readVitestReport } from './runner/reports.ts';
import { resultsFolder, root, runStep, type Step, type StepResult } from './runner/step.ts';

/**
 * `npm test`: every check of the project in order, then one line of totals. `npm test -- unit e2e` runs some of the steps. Logs and
 * reports lie in test-results/.
 */
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const vitestFile = path.join(resultsFolder, 'vitest.json');
const playwrightFile = path.join(resultsFolder, 'e2e.json');
const tool = (file: string): [string, string] => [process.execPath, path.join(root, 'node_modules', file)];

const steps: readonly Step[] = [
  { name: 'typecheck', command: [npm, 'run', '-s', 'typecheck'], limitMinutes: 3 },
  { name: 'lint', command: [npm, 'run', '-s', 'lint'], limitMinutes: 3 },
  { name: 'imports', command: [npm, 'run', '-s', 'imports'], limitMinutes: 3 },
  {
    name: 'unit',
    command: [
      ...tool('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestFile}`,
    ],
    limitMinutes: 10,
    count: () => readVitestReport(vitestFile),
  },
  {
    name: 'e2e',
    command: [...tool('@playwright/test/cli.js'), 'test', '--pass-with-no-tests'],
    limitMinutes: 14,
    count: () => readPlaywrightReport(playwrightFile),
  },
];

async function runEndToEnd(step: Step): Promise<StepResult> {
  try {
    return await runStep({ ...step, env: { CHROME_PATH: await ensureChromium() } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: step.name, passed: 0, failed: 1, skipped: 0, seconds: 0, notes: [reason] };
  }
}

function printTable(results: readonly StepResult[]): void {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(9))).join('');
  console.log(`\n${line(['step', 'passed', 'failed', 'skipped', 'seconds'])}`);
  for (const { name, passed, failed, skipped, seconds } of results) {
    console.log(line([name, String(passed), String(failed), String(skipped), seconds.toFixed(1)]));
  }
  for (const note of results.flatMap((result) => result.notes)) console.log(`  ${note}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}.`);
  process.exit(2);
}
rmSync(resultsFolder, { recursive: true, force: true });
const results: StepResult[] = [];
for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`${step.name} ...`);
  results.push(step.name === 'e2e' ? await runEndToEnd(step) : await runStep(step));
}
printTable(results);
const total = (key: 'passed' | 'failed' | 'skipped'): number => results.reduce((sum, result) => sum + result[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
process.exitCode = total('failed') > 0 ? 1 : 0;
