/** npm run test:real [NAME...]: the long checks; each writes docs/results/NAME.md. Exit code 1 when one fails. */
import { describeMachine } from '../../bench/machine.ts';
import { backboneFeatures, backboneTuning } from './checks/backbones.ts';
import { determinism } from './checks/determinism.ts';
import { heads } from './checks/heads.ts';
import { loopReal } from './checks/loopReal.ts';
import { lostDevice } from './checks/lostDevice.ts';
import { noNetwork } from './checks/noNetwork.ts';
import { parity } from './checks/parity.ts';
import { shuffles } from './checks/shuffles.ts';
import { torchFolds, torchFoldsResnet } from './checks/torchFolds.ts';
import { films, nodules } from './checks/trainings.ts';
import { zoo } from './checks/zoo.ts';
import { type Check, type Report, writeReport } from './report.ts';

const checks: readonly Check[] = [
  zoo,
  loopReal,
  parity,
  determinism,
  noNetwork,
  lostDevice,
  shuffles,
  films,
  nodules,
  heads,
  torchFolds,
  torchFoldsResnet,
  backboneFeatures,
  backboneTuning,
];

async function perform(check: Check): Promise<Report> {
  console.log(`${check.name}: ${check.title}`);
  const machine = describeMachine();
  const started = performance.now();
  const report = await check
    .run((text) => console.log(`  ${text}`))
    .catch((thrown: unknown): Report => {
      console.error(thrown);
      return { verdict: 'fail', summary: `It broke off: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
    });
  const seconds = (performance.now() - started) / 1000;
  const file = writeReport(check, report, { date: new Date().toISOString().slice(0, 10), seconds, machine });
  console.log(`  ${report.verdict}: ${report.summary} (${Math.round(seconds)} s, ${file})`);
  return report;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const chosen = wanted.length === 0 ? checks : checks.filter(({ name }) => wanted.includes(name));
const reports: Report[] = [];
for (const check of chosen) reports.push(await perform(check));
process.exit(reports.some(({ verdict }) => verdict === 'fail') ? 1 : 0);
