import type { DeviceInfo, DeviceOverview } from '../../contract/devices.ts';
import { type Candidate, chooseDevice } from '../../learning/engine/chooseDevice.ts';
import { type Device, listDevices, runtimeVersion } from '../../learning/engine/machine/listDevices.ts';
import { deviceResults } from './deviceResults.ts';
import { formTrials } from './formTrials.ts';
import { lastProbe, type TensorFlowProbe } from './tensorflowProbe.ts';

/** What a test result depends on: another card, driver or engine may compute something else. */
export const fingerprintOf = ({ facts }: Device): string =>
  [
    runtimeVersion(),
    ...facts.filter(({ name }) => name !== 'System').map(({ name, value }) => `${name}: ${value}`),
  ].join('; ');

type Described = Omit<DeviceInfo, 'isAutomatic'>;

/** What loading the library has shown: it may not load, or compute elsewhere than its name says. */
function withProbe(info: Described, probe: TensorFlowProbe | undefined): Described {
  if (info.id !== 'tensorflow' || info.state === 'absent' || probe === undefined) return info;
  if ('problem' in probe) return { ...info, state: 'failed', reason: probe.problem };
  const { libraryVersion, usesGpu } = probe.facts;
  const facts = info.facts.filter(({ name }) => name !== 'Library' || libraryVersion === undefined);
  if (libraryVersion !== undefined) facts.push({ name: 'Library', value: `TensorFlow ${libraryVersion}` });
  facts.push({
    name: 'Computes on',
    value: usesGpu ? 'the graphics card' : 'the CPU: it found no card that it can use',
  });
  return { ...info, facts };
}

function withResult(device: Device, results: ReturnType<typeof deviceResults>): Described {
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

/**
 * Every device of this machine, how its last test went, and which one `auto` means now.
 * @param probe whether the installed TensorFlow loads, where that is known
 */
export function deviceOverview(probe: TensorFlowProbe | undefined = lastProbe()): DeviceOverview {
  const results = deviceResults();
  const devices = listDevices().map((device) => withProbe(withResult(device, results), probe));
  const automatic = chooseDevice(devices satisfies readonly Candidate[]);
  return {
    devices: devices.map((device) => ({ ...device, isAutomatic: device.id === automatic.device })),
    automatic,
    runtime: runtimeVersion(),
    lowerings: formTrials(),
  };
}

/** What `--device auto` means on this machine at this moment. A run keeps what it was started with. */
export const automaticDevice = (): string => deviceOverview().automatic.device;
