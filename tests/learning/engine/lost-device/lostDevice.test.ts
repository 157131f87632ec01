import { execFile, execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLoss } from '../../../../main/learning/engine/lostDevice.ts';
import { discSnapshot, newFolder } from '../../training/smallRun.ts';

/** Debian's Chromium brings a Vulkan loader and a software device (SwiftShader). */
const chromium = '/usr/lib/chromium';
const driver = path.join(chromium, 'libvk_swiftshader.so');
const compiler = ['/usr/bin/cc', '/usr/bin/gcc'].find(existsSync);
const canTry = existsSync(driver) && existsSync(path.join(chromium, 'libvulkan.so.1')) && compiler !== undefined;
const reason = canTry ? '' : ` (skipped: no software Vulkan device ${driver}, or no C compiler)`;

let root: string;
let snapshot: string;
const at = (name: string) => path.join(root, name);

beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 40);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Ending {
  readonly status?: string;
  readonly code?: string;
  readonly message?: string;
  readonly epochs: readonly number[];
}

/** In a process of its own: the Vulkan loader is looked for when a process starts. */
async function trainIn(how: 'start' | 'resume', loseAfter: number): Promise<Ending> {
  const script = path.join(import.meta.dirname, 'trainOnDevice.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, root, snapshot, how, String(loseAfter)], {
    env: {
      ...process.env,
      LD_LIBRARY_PATH: chromium,
      VK_DRIVER_FILES: at('driver.json'),
      GROUNDGLASS_TEST_DRIVER: driver,
      GROUNDGLASS_TEST_LOSE: at('lost'),
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('a device that is lost in a training', () => {
  test.skipIf(!canTry)(`is told, and the last checkpoint is good${reason}`, { timeout: 600_000 }, async () => {
    const source = path.join(import.meta.dirname, 'losingDriver.c');
    execFileSync(compiler ?? '', ['-shared', '-fPIC', '-O1', '-o', at('libdriver.so'), source, '-ldl']);
    const manifest = { file_format_version: '1.0.0', ICD: { library_path: at('libdriver.so'), api_version: '1.1.0' } };
    writeFileSync(at('driver.json'), JSON.stringify(manifest));
    const lost = await trainIn('start', 1);
    expect(lost).toMatchObject({ code: 'device-lost', epochs: [1] });
    expect(lost.message).toMatch(/^The device webgpu was lost .* Nothing was moved to another device\.$/);
    rmSync(at('lost'));
    expect(await trainIn('resume', 0)).toEqual({ status: 'finished', epochs: [2, 3] });
  });

  test('is known by the words of its driver, and other errors are not', () => {
    const words = [
      'Device lost',
      'A valid external Instance reference no longer exists. The GPU device was lost.',
      'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST',
      'DXGI_ERROR_DEVICE_REMOVED',
      'CUDA failure 719: unspecified launch failure',
      'CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered',
    ];
    expect(words.filter((text) => !isLoss(text))).toEqual([]);
    expect(['No supported adapters', 'CUDA out of memory', 'Got invalid dimensions'].filter(isLoss)).toEqual([]);
  });
});
