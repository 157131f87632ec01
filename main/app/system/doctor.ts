import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { z } from 'zod';
import type { DoctorCheck } from '../../contract/system.ts';
import { asAppError } from '../../domain/errors.ts';
import { listDevices } from '../../learning/engine/devices.ts';
import type { AppContext } from '../context.ts';
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
    optionalPackageCheck('@tensorflow/tfjs-node-gpu', 'Engine: TensorFlow (optional)', 'npm run setup:cuda'),
  ];
  for (const device of listDevices().filter(({ id }) => id !== 'cpu')) {
    checks.push(
      check(
        `device-${device.id}`,
        `Device: ${device.title}`,
        device.state === 'usable' ? 'ok' : 'not-run',
        device.detail,
      ),
    );
  }
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

const require = createRequire(import.meta.url);

function versionOf(name: string): string | undefined {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function packageCheck(name: string, title: string): Check {
  const version = versionOf(name);
  return version
    ? check(name, title, 'ok', `${name} ${version}`)
    : check(name, title, 'failed', `${name} is not installed; run npm ci`);
}

function optionalPackageCheck(name: string, title: string, remedy: string): Check {
  const version = versionOf(name);
  return version
    ? check(name, title, 'ok', `${name} ${version}`)
    : check(
        name,
        title,
        'not-run',
        `not installed, which is normal; ${remedy} adds it where its native library can be had`,
      );
}

const check = (id: string, title: string, state: Check['state'], detail: string): Check => ({
  id,
  title,
  state,
  detail,
});
