import { statfs } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { z } from 'zod';
import type { DeviceInfo } from '../../contract/devices.ts';
import type { DoctorCheck } from '../../contract/system.ts';
import { asAppError } from '../../domain/errors.ts';
import { packageVersion } from '../../learning/engine/machine/listDevices.ts';
import type { AppContext } from '../context.ts';
import { deviceOverview } from '../devices/deviceOverview.ts';
import { probeTensorFlow } from '../devices/tensorflowProbe.ts';
import { runInWorker } from '../learning/runInWorker.ts';
import { threadCount } from '../learning/threadCount.ts';

type Check = z.output<typeof DoctorCheck>;

const gigabyte = 1024 ** 3;

/** What this machine offers and what is missing, each line readable on its own. */
export async function doctor(context: Pick<AppContext, 'store' | 'spawnWorker'>): Promise<Check[]> {
  const workspacePath = context.store.workspace.path;
  const disk = await statfs(workspacePath);
  const freeGb = (disk.bavail * disk.bsize) / gigabyte;
  const checks: Check[] = [
    check('node', 'Node', 'ok', process.version),
    check('machine', 'Machine', 'ok', machineLine()),
    check('disk', 'Free disk space', freeGb < 2 ? 'warning' : 'ok', `${freeGb.toFixed(1)} GB`),
    packageCheck('better-sqlite3', 'Label store'),
    packageCheck('onnxruntime-node', 'Engine: onnxruntime'),
    await cpuCheck(context),
  ];
  await probeTensorFlow(context);
  checks.push(...deviceChecks());
  return checks;
}

/** The engine is not only there: it trains a small network for ten steps in a worker of its own. */
async function cpuCheck(context: Pick<AppContext, 'spawnWorker'>): Promise<Check> {
  const title = `Device: CPU, ${threadCount()} threads`;
  try {
    const { imagesPerSecond } = await runInWorker(context, 'selfTest', { device: 'cpu', threads: threadCount() });
    return check('device-cpu', title, 'ok', `self-test passed, ${Math.round(imagesPerSecond)} small images a second`);
  } catch (thrown) {
    const { message } = asAppError(thrown);
    return check('device-cpu', title, 'failed', `the self-test failed: ${message}`);
  }
}

function machineLine(): string {
  const [first] = cpus();
  const memory = (totalmem() / gigabyte).toFixed(0);
  return `${platform()} ${release()} ${arch()}, ${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${memory} GB memory`;
}

const stateOf = {
  passed: 'ok',
  failed: 'failed',
  outdated: 'warning',
  untested: 'not-run',
  absent: 'not-run',
} as const satisfies Record<DeviceInfo['state'], Check['state']>;

/** Every device but the CPU with the result of its last test, and what `auto` means. A GPU that failed is no failure of the program. */
function deviceChecks(): Check[] {
  const { devices, automatic } = deviceOverview();
  const others = devices.filter(({ id }) => id !== 'cpu');
  const lines = others.map(({ id, title, state, reason, lastTest }) => {
    const shown = state === 'failed' ? 'warning' : stateOf[state];
    return check(`device-${id}`, `Device: ${title}`, shown, reason ?? testedText(lastTest));
  });
  return [...lines, check('device-auto', 'Device that auto means', 'ok', `${automatic.device}. ${automatic.reason}`)];
}

function testedText(test: DeviceInfo['lastTest']): string {
  if (!test) return 'not tested yet: groundglass devices test';
  const speed = test.training ? `, ${test.training.imagesPerSecond.toFixed(1)} images a second in training` : '';
  return `passed its self-test on ${test.testedAt.slice(0, 10)}${speed}`;
}

function packageCheck(name: string, title: string): Check {
  const version = packageVersion(name);
  return version
    ? check(name, title, 'ok', `${name} ${version}`)
    : check(name, title, 'failed', `${name} is not installed; run npm ci`);
}

const check = (id: string, title: string, state: Check['state'], detail: string): Check => ({
  id,
  title,
  state,
  detail,
});
