import { AppError } from '../../domain/errors.ts';

/** How drivers say that a device is gone: Dawn, Vulkan and Direct3D, CUDA. */
const losses = [
  /device\]? (is |was |has been )?lost/i,
  /DEVICE_(LOST|REMOVED|HUNG|RESET)/,
  /CUDA_ERROR_(LAUNCH_FAILED|ILLEGAL_ADDRESS|ECC_UNCORRECTABLE|DEVICE_UNAVAILABLE|NO_DEVICE|SYSTEM_NOT_READY)/,
  /unspecified launch failure|device-side assert|GPU (is lost|has fallen off the bus)/i,
];

/** Whether an engine's message tells that the device went away while it was in use. */
export const isLoss = (message: string): boolean => losses.some((pattern) => pattern.test(message));

export function deviceLost(device: string, cause: unknown): AppError {
  const text =
    `The device ${device} was lost in the middle of its work: it was unplugged, its driver was reset, or the system took ` +
    'it away. Nothing was moved to another device.';
  return new AppError('device-lost', text, { cause });
}
