import type { DeviceInfo, DeviceOverview } from '../../contract/devices.ts';
import { type Candidate, chooseDevice } from '../../learning/engine/chooseDevice.ts';
import { type Device, listDevices, runtimeVersion } from '../../learning/engine/machine/listDevices.ts';
import { deviceResults } from './deviceResults.ts';

/** What a test result depends on: another card, driver or engine may compute something else. */
export const fingerprintOf = ({ facts }: Device): string =>
  [
    runtimeVersion(),
    ...facts.filter(({ name }) => name !== 'System').map(({ name, value }) => `${name}: ${value}`),
  ].join('; ');

function withResult(device: Device, results: ReturnType<typeof deviceResults>): Omit<DeviceInfo, 'isAutomatic'> {
  const { id, title, engine, facts, absence } = device;
  const known = results.get(id);
  const common = { id, title, engine, facts: [...facts], ...(known ? { lastTest: known.test } : {}) };
  if (absence !== undefined) return { ...common, state: 'absent', reason: absence };
  if (!known) return { ...common, state: 'untested' };
  if (known.fingerprint !== fingerprintOf(device))
    return {
      ...common,
      state: 'outdated',
      reason: 'The hardware, its driver or the engine has changed since the last test: test it again.',
    };
  const { outcome, error } = known.test;
  return { ...common, state: outcome, ...(error ? { reason: error.message } : {}) };
}

/** Every device of this machine, how its last test went, and which one `auto` means now. */
export function deviceOverview(): DeviceOverview {
  const results = deviceResults();
  const devices = listDevices().map((device) => withResult(device, results));
  const automatic = chooseDevice(devices satisfies readonly Candidate[]);
  return {
    devices: devices.map((device) => ({ ...device, isAutomatic: device.id === automatic.device })),
    automatic,
    runtime: runtimeVersion(),
  };
}

/** What `--device auto` means on this machine at this moment. A run keeps what it was started with. */
export const automaticDevice = (): string => deviceOverview().automatic.device;
