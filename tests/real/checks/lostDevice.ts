import { execFile, execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { readRunLog } from '../../../main/learning/training/runFolder.ts';
import { discSnapshot, newFolder } from '../../learning/training/smallRun.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

/** Debian's Chromium brings a Vulkan loader and a software device (SwiftShader). */
const chromium = '/usr/lib/chromium';
const library = path.join(chromium, 'libvk_swiftshader.so');
const folder = path.resolve(import.meta.dirname, '../lost-device');

interface Ending {
  readonly status?: string;
  readonly code?: string;
  readonly message?: string;
  readonly steps: number;
}

/** Builds the driver that can lose its device, and tells the Vulkan loader of it. */
function buildDriver(root: string): NodeJS.ProcessEnv {
  const driver = path.join(root, 'libdriver.so');
  const source = path.join(folder, 'losingDriver.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', driver, source, '-ldl']);
  const manifest = path.join(root, 'driver.json');
  const icd = { library_path: driver, api_version: '1.1.0' };
  writeFileSync(manifest, JSON.stringify({ file_format_version: '1.0.0', ICD: icd }));
  const lost = path.join(root, 'lost');
  const own = { GROUNDGLASS_TEST_DRIVER: library, GROUNDGLASS_TEST_LOSE: lost };
  return { ...process.env, LD_LIBRARY_PATH: chromium, VK_DRIVER_FILES: manifest, ...own };
}

/** In a process of its own: the Vulkan loader is looked for when a process starts. */
async function trainIn(env: NodeJS.ProcessEnv, ...rest: readonly string[]): Promise<Ending> {
  const script = path.join(folder, 'trainOnDevice.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...rest], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function losesAndResumes(root: string, tell: (text: string) => void): Promise<Report> {
  const env = buildDriver(root);
  const snapshot = await discSnapshot(root, 40);
  tell('training on WebGPU until the driver loses its device after epoch 1');
  const lost = await trainIn(env, root, snapshot, 'start', '1');
  const before = readRunLog(path.join(root, 'run'));
  rmSync(path.join(root, 'lost'));
  tell('resuming with the device back');
  const resumed = await trainIn(env, root, snapshot, 'resume', '0');
  const after = readRunLog(path.join(root, 'run'));
  const perEpoch = lost.steps;
  return {
    ...verdictOf({
      'the training ends with the code device-lost and says so': lost.code === 'device-lost',
      'nothing after the loss counts': before.length === 1,
      'resumed with the device back it finishes': resumed.status === 'finished' && after.length === 3,
      'no more than one step is done again': resumed.steps <= 2 * perEpoch + 1,
      'the epoch before the loss has the same figures': after[0]?.valLoss === before[0]?.valLoss,
    }),
    notes: [
      'onnxruntime on WebGPU over SwiftShader, behind a Vulkan driver of our own that passes everything on until it answers VK_ERROR_DEVICE_LOST (tests/real/lost-device).',
      'Small CNN, 16 px, 3 epochs, a checkpoint after every step.',
    ],
    tables: [
      {
        title: 'What was told',
        columns: ['training', 'end', 'steps', 'message'],
        rows: [
          ['until the loss', String(lost.code ?? lost.status), lost.steps, lost.message ?? ''],
          ['resumed', String(resumed.code ?? resumed.status), resumed.steps, resumed.message ?? ''],
        ],
      },
    ],
  };
}

export const lostDevice: Check = {
  name: 'lost-device',
  title: 'A device lost in the middle of a training is named, and its last checkpoint is good',
  async run(tell) {
    const isHere = existsSync(library) && existsSync(path.join(chromium, 'libvulkan.so.1'));
    if (!isHere) return skipped(`There is no software Vulkan device (${library}).`);
    const root = newFolder();
    try {
      return await losesAndResumes(root, tell);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};
