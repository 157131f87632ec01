import { describe, expect, test } from 'vitest';
import type { DeviceTest } from '../../../main/contract/devices.ts';
import { type Candidate, chooseDevice } from '../../../main/learning/engine/chooseDevice.ts';

const speed = (imagesPerSecond: number) => ({ network: 'resnet18', size: 128, batchSize: 16, imagesPerSecond });
const device = (id: string, state: Candidate['state'], rate?: number): Candidate => {
  const lastTest: DeviceTest = { device: id, outcome: 'passed', testedAt: '2026-11-20T00:00:00Z', seconds: 20 };
  return {
    id,
    title: id.toUpperCase(),
    state,
    ...(rate === undefined ? {} : { lastTest: { ...lastTest, training: speed(rate) } }),
  };
};

describe('what auto means', () => {
  test('the fastest in training of those that passed, with the reason', () => {
    const choice = chooseDevice([
      device('cpu', 'passed', 10),
      device('webgpu', 'passed', 80),
      device('cuda', 'passed', 120),
    ]);
    expect(choice).toEqual({
      device: 'cuda',
      reason: 'It passed and trains 12.0 times as fast as the CPU: 120 images a second.',
    });
  });

  test('never one that failed, is absent, or was tested with another driver', () => {
    for (const state of ['failed', 'absent', 'outdated', 'untested'] as const)
      expect(chooseDevice([device('cpu', 'passed', 10), device('webgpu', state, 500)]).device).toBe('cpu');
  });

  test('not one that is slower, hardly faster, or whose speed was not worth measuring', () => {
    expect(chooseDevice([device('cpu', 'passed', 10), device('webgpu', 'passed', 9)]).device).toBe('cpu');
    expect(chooseDevice([device('cpu', 'passed', 10), device('webgpu', 'passed', 11)]).device).toBe('cpu');
    expect(chooseDevice([device('cpu', 'passed', 10), device('webgpu', 'passed')]).device).toBe('cpu');
  });

  test('the CPU where nothing was tested, and says what to do', () => {
    expect(chooseDevice([device('cpu', 'untested'), device('webgpu', 'untested')])).toEqual({
      device: 'cpu',
      reason: 'No other device has passed its self-test. Test WEBGPU to find out whether it is faster.',
    });
    expect(chooseDevice([device('cpu', 'untested'), device('webgpu', 'passed', 50)]).reason).toMatch(
      /CPU has not been measured/,
    );
  });
});
