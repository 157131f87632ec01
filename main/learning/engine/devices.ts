import { cpus } from 'node:os';

export type DeviceState = 'usable' | 'untested' | 'absent';

export interface Device {
  /** As `--device` takes it. */
  readonly id: string;
  readonly title: string;
  readonly engine: 'onnxruntime';
  readonly state: DeviceState;
  readonly detail: string;
}

/**
 * The devices the engines could use. Nothing native is loaded to find out: the list can be asked for in any process.
 * WebGPU comes with onnxruntime; until its self-test exists it is shown, not offered.
 */
export function listDevices(): readonly Device[] {
  const cores = cpus();
  return [
    {
      id: 'cpu',
      title: `CPU (${cores[0]?.model.trim() ?? 'unknown'})`,
      engine: 'onnxruntime',
      state: 'usable',
      detail: `${cores.length} cores`,
    },
    {
      id: 'webgpu',
      title: 'GPU through WebGPU',
      engine: 'onnxruntime',
      state: 'untested',
      detail: 'part of onnxruntime, not yet tested on this machine',
    },
  ];
}
