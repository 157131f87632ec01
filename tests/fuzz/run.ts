/**
 * Damaged files through the real worker pool, seeded; the result is written to docs/results/fuzz.json.
 *
 *   npm run fuzz [-- --seed 1 --scale 1 --workers 2 --out docs/results/fuzz.json]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/machine.ts';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    out: { type: 'string', default: 'docs/results/fuzz.json' },
  },
});
const scale = Number(values.scale);
const machine = describeMachine();
const plan = {
  seed: Number(values.seed),
  header: Math.round(5000 * scale),
  codec: Math.round(600 * scale),
  truncation: Math.round(1000 * scale),
  lies: Math.round(1000 * scale),
  workers: Number(values.workers),
  timeoutMs: 10_000,
};
const result = await fuzz(plan, (line) => process.stderr.write(`${line}\n`));
const isPassed = result.untyped.length === 0 && result.slowestMs < plan.timeoutMs + 2000 && result.peakWorkerMb <= 1024;
const command = `npm run fuzz -- --seed ${plan.seed} --scale ${scale} --workers ${plan.workers}`;
const out = path.resolve(values.out);
mkdirSync(path.dirname(out), { recursive: true });
const record = { command, date: new Date().toISOString(), isPassed, plan, ...result, machine };
writeFileSync(out, `${JSON.stringify(record, null, 2)}\n`);
process.stdout.write(
  `${result.files} files in ${result.seconds} s: ${result.untyped.length} answers without a code, ${result.workerDeaths} worker deaths, ` +
    `${result.timeLimits} over the time limit, slowest ${result.slowestMs} ms, worker memory ${result.peakWorkerMb} MB at most\n`,
);
process.exitCode = isPassed ? 0 : 1;
