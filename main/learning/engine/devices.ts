import type { Lowering } from '../network/ops/op.ts';

/** What onnxruntime has besides the CPU, by operating system; CUDA needs a library that does not come with it. */
const accelerators: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['webgpu', 'cuda'],
  win32: ['webgpu', 'dml'],
  darwin: ['webgpu', 'coreml'],
};

/** The ids of onnxruntime's devices that this system could have. */
export const deviceIds: readonly string[] = ['cpu', ...(accelerators[process.platform] ?? [])];

/** Which engine drives a device: TensorFlow is a device of its own, whatever card or CPU its library finds. */
export function engineOf(device: string): 'onnxruntime' | 'tensorflow' {
  return device === 'tensorflow' ? 'tensorflow' : 'onnxruntime';
}

/** How gradient graphs have to be built for a device: WebGPU's MaxPool, and TensorFlow's, do not say where the maximum was. */
export function loweringFor(device: string): Lowering {
  return device === 'cpu' || device === 'cuda' ? 'indexed' : 'plain';
}
