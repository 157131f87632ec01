import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { graphicsCards } from '../../../main/learning/engine/machine/graphicsCards.ts';
import { listDevices } from '../../../main/learning/engine/machine/listDevices.ts';
import { hasVulkanLoader, vulkanDrivers } from '../../../main/learning/engine/machine/vulkanDrivers.ts';

const root = mkdtempSync(path.join(tmpdir(), 'groundglass-machine-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('what a Linux machine tells about its graphics', () => {
  test('an NVIDIA card by its kernel module, an AMD card by PCI numbers and its memory', () => {
    write(
      'proc/driver/nvidia/version',
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22\nGCC version: 12',
    );
    write('proc/driver/nvidia/gpus/0000:01:00.0/information', 'Model: \t\t NVIDIA RTX A4000\nIRQ:   60\n');
    write('sys/class/drm/card0/device/vendor', '0x10de\n');
    write('sys/class/drm/card0/device/device', '0x24b0\n');
    write('sys/class/drm/card1/device/vendor', '0x1002\n');
    write('sys/class/drm/card1/device/device', '0x73bf\n');
    write('sys/class/drm/card1/device/mem_info_vram_total', '17163091968\n');
    write('sys/class/drm/card1-DP-1/status', 'connected\n');
    write(
      'usr/share/misc/pci.ids',
      '1001  Other\n\t73bf  Wrong\n1002  AMD/ATI\n\t73bf  Navi 21 [Radeon RX 6800]\n\t\t1002 0e3a  Board\n',
    );
    mkdirSync(path.join(root, 'drivers/amdgpu'), { recursive: true });
    symlinkSync(path.join(root, 'drivers/amdgpu'), path.join(root, 'sys/class/drm/card1/device/driver'));
    expect(graphicsCards(root)).toEqual([
      { name: 'NVIDIA RTX A4000', vendor: 'nvidia', driver: 'NVIDIA 550.54.14' },
      { name: 'AMD Navi 21 [Radeon RX 6800]', vendor: 'amd', driver: 'amdgpu', memoryBytes: 17_163_091_968 },
    ]);
  });

  test('nothing where there is nothing', () => {
    expect(graphicsCards(path.join(root, 'nowhere'))).toEqual([]);
    expect(vulkanDrivers({}, path.join(root, 'nowhere'))).toEqual([]);
    expect(hasVulkanLoader({}, path.join(root, 'nowhere'))).toBe(false);
  });

  test('Vulkan drivers by their manifests; one named by the environment stands alone; software is told', () => {
    write('usr/share/vulkan/icd.d/radeon_icd.x86_64.json', '{"ICD":{"library_path":"/usr/lib/libvulkan_radeon.so"}}');
    write('usr/share/vulkan/icd.d/lvp_icd.x86_64.json', '{"ICD":{"library_path":"/usr/lib/libvulkan_lvp.so"}}');
    write('usr/share/vulkan/icd.d/broken.json', '{');
    expect(vulkanDrivers({}, root)).toEqual([
      { name: 'Mesa lavapipe', isSoftware: true },
      { name: 'Mesa RADV (AMD)', isSoftware: false },
    ]);
    const swift = write('swift.json', '{"ICD":{"library_path":"./libvk_swiftshader.so"}}');
    expect(vulkanDrivers({ VK_DRIVER_FILES: swift }, root)).toEqual([{ name: 'SwiftShader', isSoftware: true }]);
    write('libraries/libvulkan.so.1', '');
    expect(hasVulkanLoader({ LD_LIBRARY_PATH: path.join(root, 'libraries') }, path.join(root, 'nowhere'))).toBe(true);
  });

  test('this machine: the CPU is always there, what is absent says why', () => {
    const [cpu, ...others] = listDevices();
    expect(cpu).toMatchObject({ id: 'cpu', engine: 'onnxruntime' });
    expect(cpu?.absence).toBeUndefined();
    for (const { absence } of others) expect(absence ?? 'Can be tried.').toMatch(/\.$/);
  });
});
