import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { loweringFor } from '../../../main/learning/engine/devices.ts';
import { fixedStep, referenceLosses } from '../../../main/learning/engine/self-test/fixedTraining.ts';
import type { SelfTestReport } from '../../../main/learning/engine/self-test/selfTest.ts';
import { selfTest } from '../../../main/learning/engine/self-test/selfTest.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import type { Tensors } from '../../../main/learning/network/tensor.ts';
import { hyperFeeds, nextState } from '../../../main/learning/network/trainStep.ts';

/** Debian's Chromium brings a Vulkan loader and a software device (SwiftShader). */
const chromium = '/usr/lib/chromium';
const driver = path.join(chromium, 'vk_swiftshader_icd.json');
const hasSoftwareDevice = existsSync(driver) && existsSync(path.join(chromium, 'libvulkan.so.1'));

const script = path.join(import.meta.dirname, 'runSelfTest.ts');

/** In a process of its own: the Vulkan loader is looked for when a process starts. */
async function selfTestIn(environment: NodeJS.ProcessEnv, device: string): Promise<SelfTestReport | { code: string }> {
  const run = promisify(execFile)(process.execPath, [script, device], { env: { ...process.env, ...environment } });
  const { stdout } = await run;
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('the self-test', () => {
  test('the CPU is its own reference and learns', async () => {
    const report = await selfTest({ device: 'cpu', threads: 1 });
    expect(report.worstDifference).toBeLessThan(1e-4);
    expect(report.losses.length).toBe(10);
    expect(report.losses.at(-1)).toBeLessThan((report.losses[0] ?? 0) / 4);
    expect(report.imagesPerSecond).toBeGreaterThan(0);
  });

  const missing = `no software Vulkan device on this machine: ${driver}`;
  test.skipIf(!hasSoftwareDevice)(
    `WebGPU computes what the CPU computes${hasSoftwareDevice ? '' : ` (skipped: ${missing})`}`,
    // SwiftShader compiles each shader for seconds on a busy machine.
    { timeout: 400_000 },
    async () => {
      const report = await selfTestIn({ VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: chromium }, 'webgpu');
      expect(report).toMatchObject({ device: 'webgpu' });
      expect('worstDifference' in report && report.worstDifference).toBeLessThan(1e-3);
    },
  );

  test('a device that cannot be used is refused, nothing else runs instead', async () => {
    // No driver: also a machine with a GPU has no adapter then.
    const report = await selfTestIn({ VK_DRIVER_FILES: '/nowhere.json', LD_LIBRARY_PATH: chromium }, 'webgpu');
    expect(report).toMatchObject({ code: 'unsupported-device' });
    expect('message' in report && report.message).toMatch(/cannot be used.*No supported adapters\./);
  }, 120_000);

  test('a device of another system is refused', async () => {
    const builder = new GraphBuilder();
    builder.input('a', 'float32', [1]);
    const graph = builder.build({ b: builder.op('Neg', ['a']) });
    const device = process.platform === 'darwin' ? 'dml' : 'coreml';
    const refused = expect.objectContaining({ code: 'unsupported-device' });
    await expect(compile(graph, { device, threads: 1 })).rejects.toEqual(refused);
  });

  test('gradients are built as the device needs them', () => {
    expect(loweringFor('cpu')).toBe('indexed');
    expect(loweringFor('webgpu')).toBe('plain');
  });

  test('the reference losses are those of the float64 interpreter', () => {
    const { step, feeds, start } = fixedStep('cpu');
    let state: Tensors = start;
    for (let stepNumber = 1; stepNumber <= 2; stepNumber++) {
      const outputs = interpret(step.graph, {
        ...feeds,
        ...hyperFeeds(step, { learningRate: 1e-3, stepNumber }),
        ...state,
      });
      expect(outputs.loss?.data[0]).toBeCloseTo(referenceLosses[stepNumber - 1] ?? 0, 7);
      state = nextState(step, outputs as unknown as Tensors);
    }
  }, 60_000);
});
