import { expect, test } from 'vitest';
import { isLoss } from '../../../main/learning/engine/lostDevice.ts';

// A training that loses its device is a long check: npm run test:real lost-device.
test('a lost device is known by the words of its driver, and other errors are not', () => {
  const words = [
    'Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, message: [Device] is lost.',
    'A valid external Instance reference no longer exists. The GPU device was lost.',
    'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST',
    'DXGI_ERROR_DEVICE_REMOVED',
    'CUDA failure 719: unspecified launch failure',
    'CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered',
  ];
  expect(words.filter((text) => !isLoss(text))).toEqual([]);
  expect(['No supported adapters', 'CUDA out of memory', 'Got invalid dimensions'].filter(isLoss)).toEqual([]);
});
