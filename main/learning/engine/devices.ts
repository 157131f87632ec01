import { cpus } from 'node:os';
import type { Lowering } from '../network/ops/op.ts';

export type DeviceState = 'usable' | 'untested' | 'absent';

export interface Device {
  /** As `--device` takes it. */
  readonly id: string;
  readonly title: string;
  readonly engine: 'onnxruntime';
  readonly state: DeviceState;
  readonly detail: string;
}

/** What onnxruntime has besides the CPU, by operating system; CUDA needs a library that does not come with it. */
const accelerators: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['webgpu', 'cuda'],
  win32: ['webgpu', 'dml'],
  darwin: ['webgpu', 'coreml'],
};

const titles: Readonly<Record<string, string>> = {
  webgpu: 'GPU through WebGPU',
  cuda: 'NVIDIA GPU through CUDA',
  dml: 'GPU through DirectML',
  coreml: 'Apple GPU and neural engine through Core ML',
};

/** The ids of the devices that this system could have. */
export const deviceIds: readonly string[] = ['cpu', ...(accelerators[process.platform] ?? [])];

/** How gradient graphs have to be built for a device: WebGPU's MaxPool does not say where the maximum was. */
export function loweringFor(device: string): Lowering {
  return device === 'cpu' || device === 'cuda' ? 'indexed' : 'plain';
}

/**
 * The devices the engines could use. Nothing native is loaded to find out: the list can be asked for in any process.
 * What is `untested` has to pass its self-test (selfTest.ts, in a worker process) before anything runs on it.
 */
export function listDevices(): readonly Device[] {
  const cores = cpus();
  const cpu: Device = {
    id: 'cpu',
    title: `CPU (${cores[0]?.model.trim() ?? 'unknown'})`,
    engine: 'onnxruntime',
    state: 'usable',
    detail: `${cores.length} cores`,
  };
  const others = deviceIds.slice(1).map((id): Device => {
    const detail = 'compared with the CPU before it is first used';
    return { id, title: titles[id] ?? id, engine: 'onnxruntime', state: 'untested', detail };
  });
  return [cpu, ...others];
}
