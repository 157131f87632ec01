import { type DeviceInfo, type DeviceTest, DeviceTestResult } from '../../../contract/devices.ts';
import { loweringsInWords } from '../../../contract/loweringWords.ts';
import { type Arguments, type CliCommand, type CommandContext, defined, UsageError } from '../command.ts';
import { finishJob } from '../followJob.ts';

export const devices: CliCommand = {
  summary: 'list what networks can run on, and test it',
  usage: 'devices\n  devices test [--device cpu|webgpu|cuda|dml|coreml|tensorflow]',
  options: { device: { type: 'string' } },
  positionals: [0, 1],
  run: (args, context) => {
    const [verb] = args.positionals;
    if (verb === undefined) return list(context);
    if (verb === 'test') return test(args, context);
    throw new UsageError(`devices, or devices test; what is "${verb}"?`);
  },
};

/** One line a device, then what auto means. */
async function list({ output, openCore }: CommandContext): Promise<0> {
  const { client } = await openCore();
  const { devices: found, automatic, runtime, lowerings } = await client['devices.list']({});
  for (const device of found) output.result(device, describe(device));
  for (const trial of lowerings) {
    const threads = trial.threads === 1 ? '1 thread' : `${trial.threads} threads`;
    output.result({ lowerings: trial }, `ways of computing on the CPU, ${threads}: ${loweringsInWords(trial.forms)}`);
  }
  output.result({ automatic, runtime }, `auto means ${automatic.device}: ${automatic.reason} (${runtime})`);
  return 0;
}

/** Exit code 1 where a device failed: a script can rely on what passed. */
async function test(args: Arguments, context: CommandContext): Promise<0 | 1> {
  const core = await context.openCore();
  const { jobId } = await core.client['devices.test'](defined({ device: args.text('device') }));
  const { tests } = DeviceTestResult.parse(await finishJob(core, jobId, context));
  for (const result of tests) context.output.result(result, describeTest(result));
  const { automatic } = await core.client['devices.list']({});
  context.output.result({ automatic }, `auto means ${automatic.device}: ${automatic.reason}`);
  return tests.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

const words = {
  passed: 'passed  ',
  failed: 'FAILED  ',
  untested: 'untested',
  outdated: 'outdated',
  absent: 'absent  ',
};

function describe({ id, title, state, reason, facts, lastTest }: DeviceInfo): string {
  const known = facts.map(({ name, value }) => `${name}: ${value}`).join(', ');
  const lines = [`${words[state]}  ${id.padEnd(7)} ${title}`, known, reason];
  if (state === 'passed' && lastTest) lines.push(describeTest(lastTest));
  return lines.filter(Boolean).join('\n            ');
}

function describeTest(test: DeviceTest): string {
  if (test.outcome === 'failed') return `${test.device} failed: ${test.error?.message ?? 'no reason was given'}`;
  const rate = (value: number): string => value.toFixed(1);
  const speed = [
    test.training && `${rate(test.training.imagesPerSecond)} images/s in training`,
    test.inference && `${rate(test.inference.imagesPerSecond)} images/s in use`,
    test.memoryBytes === undefined ? undefined : `${Math.round(test.memoryBytes / 1e6)} MB of main memory`,
    test.unmeasuredReason,
  ];
  const measured = test.training ? ` (${test.training.network}, ${test.training.size} px)` : '';
  const worst = `largest difference of a loss ${(test.worstDifference ?? 0).toExponential(1)}`;
  return `${test.device} passed: ${[worst, ...speed].filter(Boolean).join(', ')}${measured}`;
}
