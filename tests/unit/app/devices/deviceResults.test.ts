import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { automaticDevice, deviceOverview, fingerprintOf } from '../../../../main/app/devices/deviceOverview.ts';
import { deviceResults, keepDeviceResult } from '../../../../main/app/devices/deviceResults.ts';
import { devicesToTest } from '../../../../main/app/devices/testDevicesJob.ts';
import type { DeviceTest } from '../../../../main/contract/devices.ts';
import { listDevices } from '../../../../main/learning/engine/machine/listDevices.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'groundglass-devices-'));
const before = process.env.GROUNDGLASS_CONFIG;
beforeAll(() => {
  process.env.GROUNDGLASS_CONFIG = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env.GROUNDGLASS_CONFIG;
  else process.env.GROUNDGLASS_CONFIG = before;
  rmSync(folder, { recursive: true });
});

const result = (device: string, outcome: DeviceTest['outcome'] = 'passed'): DeviceTest => ({
  ...{ device, outcome, testedAt: '2026-11-20T10:00:00Z', seconds: 20 },
  ...(outcome === 'failed' && { error: { code: 'unsupported-device', message: 'A loss differs by 3 %.' } }),
});
const stateOf = (id: string) => deviceOverview().devices.find((device) => device.id === id);

describe('results of device tests', () => {
  test('are kept for this machine, the last of each device', () => {
    expect(deviceResults().size).toBe(0);
    keepDeviceResult('a', result('cpu', 'failed'));
    keepDeviceResult('b', result('cpu'));
    keepDeviceResult('c', result('webgpu'));
    expect([...deviceResults()].map(([id, { fingerprint }]) => `${id} ${fingerprint}`)).toEqual(['cpu b', 'webgpu c']);
  });

  test('hold only for the hardware, driver and engine they were made with', () => {
    expect(stateOf('cpu')).toMatchObject({ state: 'outdated', reason: expect.stringMatching(/has changed/) });
    const cpu = listDevices()[0];
    keepDeviceResult(cpu ? fingerprintOf(cpu) : '', result('cpu'));
    expect(stateOf('cpu')?.state).toBe('passed');
    keepDeviceResult(cpu ? fingerprintOf(cpu) : '', result('cpu', 'failed'));
    expect(stateOf('cpu')).toMatchObject({ state: 'failed', reason: 'A loss differs by 3 %.' });
  });

  test('a damaged file is started anew, and auto is the CPU then', () => {
    writeFileSync(path.join(folder, 'devices.json'), '{"version":1,');
    expect(deviceResults().size).toBe(0);
    expect(automaticDevice()).toBe('cpu');
  });

  test('an unknown device is refused with those that are known', () => {
    expect(() => devicesToTest('abacus')).toThrow(/no device abacus; there are cpu/);
    expect(devicesToTest('cpu').map(({ id }) => id)).toEqual(['cpu']);
  });
});
