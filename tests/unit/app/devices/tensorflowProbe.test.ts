import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { deviceOverview } from '../../../../main/app/devices/deviceOverview.ts';
import { probeTensorFlow } from '../../../../main/app/devices/tensorflowProbe.ts';
import { runInWorker } from '../../../../main/app/learning/runInWorker.ts';
import { nodeSpawner } from '../../../../main/host/spawn.ts';
import { findTensorFlow, folderVariable } from '../../../../main/learning/engine/machine/tensorflowPackage.ts';

const root = mkdtempSync(path.join(tmpdir(), 'groundglass-tensorflow-'));
const spawned = { spawnWorker: nodeSpawner(() => undefined) };
const before = { folder: process.env[folderVariable], config: process.env.GROUNDGLASS_CONFIG };
process.env.GROUNDGLASS_CONFIG = path.join(root, 'config');

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
afterEach(() => restore(folderVariable, before.folder));
afterAll(() => {
  restore('GROUNDGLASS_CONFIG', before.config);
  rmSync(root, { recursive: true });
});

const { resolve } = createRequire(import.meta.url);
/** The plain JavaScript backend in the place of libtensorflow; like tfjs-node 4.22 it needs what Node 23 took out. */
const plain = `
  if (!require('util').isNullOrUndefined(undefined)) throw new Error('never');
  const core = require(${JSON.stringify(resolve('@tensorflow/tfjs-core'))});
  require(${JSON.stringify(resolve('@tensorflow/tfjs-backend-cpu'))});
  core.setBackend('cpu');
  core.backend().binding = { TF_Version: '2.0.0-test' };
`;

/** What npm leaves in a folder where the package was installed, with other contents. */
function installed(name: string, code: string, { hasAddon = true } = {}): string {
  const folder = path.join(root, name);
  const home = path.join(folder, 'node_modules/@tensorflow/tfjs-node-gpu');
  mkdirSync(path.join(home, 'lib/napi-v8'), { recursive: true });
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name: 'tfjs', version: '4.22.0', main: 'index.js' }));
  writeFileSync(path.join(home, 'index.js'), code);
  if (hasAddon) writeFileSync(path.join(home, 'lib/napi-v8/tfjs_binding.node'), '');
  process.env[folderVariable] = folder;
  return folder;
}
const found = () => deviceOverview().devices.find(({ id }) => id === 'tensorflow');
const device = { device: 'tensorflow', threads: 1 };

describe('TensorFlow on this machine', () => {
  test.skipIf(findTensorFlow({}) !== undefined)(
    'is absent where it is not installed, with what to do',
    async () => {
      delete process.env[folderVariable];
      expect(await probeTensorFlow(spawned)).toBeUndefined();
      expect(found()).toMatchObject({ state: 'absent', reason: expect.stringMatching(/Not installed.*npm install/) });
      await expect(runInWorker(spawned, 'selfTest', device)).rejects.toMatchObject({
        ...{ code: 'unsupported-device', message: expect.stringMatching(/TensorFlow is not installed/) },
      });
    },
    60_000,
  );

  test('is absent where the install script could not fetch its library', async () => {
    installed('script', '', { hasAddon: false });
    expect(await probeTensorFlow(spawned)).toBeUndefined();
    expect(found()).toMatchObject({ state: 'absent', reason: expect.stringMatching(/without its native part/) });
  });

  test('says why it does not load', async () => {
    installed('throws', 'throw new Error("libcudart.so.11.0: cannot open shared object file");');
    await probeTensorFlow(spawned);
    expect(found()).toMatchObject({
      state: 'failed',
      reason: '@tensorflow/tfjs-node-gpu 4.22.0 does not load: libcudart.so.11.0: cannot open shared object file.',
    });
  }, 60_000);

  test('takes no more than its own process along when it crashes', async () => {
    installed('crashes', 'process.abort();');
    await probeTensorFlow(spawned);
    expect(found()).toMatchObject({ state: 'failed', reason: 'TensorFlow brings down the process that loads it.' });
  }, 60_000);

  test('is told with its version and what it computes on where it loads', async () => {
    installed('works', `${plain} module.exports = core;`);
    await probeTensorFlow(spawned);
    expect(found()).toMatchObject({ state: 'untested' });
    expect(found()?.facts).toContainEqual({ name: 'Library', value: 'TensorFlow 2.0.0-test' });
    expect(found()?.facts).toContainEqual({
      ...{ name: 'Computes on', value: 'the CPU: it found no card that it can use' },
    });
  }, 60_000);

  test('is refused with its error where it fails at its work', async () => {
    const fails = '() => { throw new Error("No algorithm worked!"); }';
    installed('fails', `${plain} module.exports = { ...core, conv2d: ${fails} };`);
    const report = await runInWorker(spawned, 'testDevice', device);
    expect(report).toMatchObject({
      ...{ outcome: 'failed', error: { message: 'TensorFlow stopped with an error: No algorithm worked!' } },
    });
  }, 120_000);

  // The plain JavaScript backend would take minutes for these: they are for machines that have the library.
  test.skipIf(before.folder === undefined)(
    'passes its test where it is installed',
    async () => {
      restore(folderVariable, before.folder);
      await probeTensorFlow(spawned);
      expect(found()?.facts.map(({ name }) => name)).toContain('Computes on');
      const report = await runInWorker(spawned, 'testDevice', device);
      expect(report).toMatchObject({ device: 'tensorflow', outcome: 'passed' });
      expect(report.training?.imagesPerSecond).toBeGreaterThan(0);
    },
    240_000,
  );

  test.skipIf(before.folder === undefined)(
    'is refused where it computes something else',
    async () => {
      const real = findTensorFlow({ [folderVariable]: before.folder })?.folder;
      const wrong = 'relu: (x) => tf.mul(tf.relu(x), 1.05)';
      installed('wrong', `const tf = require(${JSON.stringify(real)}); module.exports = { ...tf, ${wrong} };`);
      const report = await runInWorker(spawned, 'testDevice', device);
      expect(report).toMatchObject({
        outcome: 'failed',
        error: { message: expect.stringMatching(/does not compute/) },
      });
    },
    120_000,
  );
});
