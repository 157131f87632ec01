import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../../main/learning/training/engineChoice.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
let snapshot: string;
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 40);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** One that this system can never have. */
const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
const deviceOf = (run: string): unknown =>
  JSON.parse(readFileSync(path.join(root, run, 'run.json'), 'utf8')).engine.device;

describe('the device auto', () => {
  it('is decided before the first step; a named device is not touched', () => {
    const config = { engine: 'auto', threads: 1 } as const;
    expect(chooseEngine({ ...config, device: 'auto' }, 'webgpu').device).toBe('webgpu');
    expect(chooseEngine({ ...config, device: 'auto' }).device).toBe('cpu');
    expect(chooseEngine({ ...config, device: 'cpu' }, 'webgpu').device).toBe('cpu');
  });

  it('is written into the run, and a resumed run stays on it: refused, never moved to the CPU', async () => {
    const auto = smallConfig({ device: 'auto' });
    const refused = { code: 'unsupported-device' };
    await expect(train({ ...runInput(root, 'auto', snapshot, auto), automaticDevice: absent })).rejects.toMatchObject(
      refused,
    );
    expect(deviceOf('auto')).toBe(absent);
    await expect(train({ ...runInput(root, 'auto', snapshot), automaticDevice: 'cpu' })).rejects.toMatchObject(refused);
    expect(deviceOf('auto')).toBe(absent);
  });

  it('gives on the CPU the same bytes as the CPU by name', async () => {
    await train({ ...runInput(root, 'chosen', snapshot, smallConfig({ device: 'auto' })), automaticDevice: 'cpu' });
    await train(runInput(root, 'named', snapshot, smallConfig({ device: 'cpu' })));
    const model = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));
    expect(model('chosen').equals(model('named'))).toBe(true);
    expect(deviceOf('chosen')).toBe('cpu');
  });
});
