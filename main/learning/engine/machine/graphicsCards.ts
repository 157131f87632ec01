import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** A graphics card as the system names it, without any library of its maker. */
export interface GraphicsCard {
  readonly name: string;
  readonly vendor: 'nvidia' | 'amd' | 'intel' | 'other';
  readonly driver?: string;
  readonly memoryBytes?: number;
}

export const textOf = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;

export const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

/** PCI vendor ids. */
const vendors: Readonly<Record<string, { readonly vendor: GraphicsCard['vendor']; readonly name: string }>> = {
  '0x10de': { vendor: 'nvidia', name: 'NVIDIA' },
  '0x1002': { vendor: 'amd', name: 'AMD' },
  '0x8086': { vendor: 'intel', name: 'Intel' },
};

/** `/proc/driver/nvidia` tells models and driver version where NVIDIA's kernel module is loaded. */
function nvidiaCards(root: string): GraphicsCard[] {
  const folder = path.join(root, 'proc/driver/nvidia');
  const version = /Module\s+(?:for\s+\S+\s+)?([\d.]+)/.exec(textOf(path.join(folder, 'version')) ?? '')?.[1];
  return entriesOf(path.join(folder, 'gpus')).map((bus) => {
    const model = /^Model:\s*(.+)$/m.exec(textOf(path.join(folder, 'gpus', bus, 'information')) ?? '')?.[1];
    return { name: model ?? 'NVIDIA GPU', vendor: 'nvidia', ...(version ? { driver: `NVIDIA ${version}` } : {}) };
  });
}

/** `0x73bf` of vendor `0x1002` in the system's list of PCI devices, where there is one. */
function pciName(root: string, vendorId: string, deviceId: string): string | undefined {
  const lists = ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids'].map((file) => textOf(path.join(root, file)));
  const lines = lists.find((list) => list !== undefined)?.split('\n') ?? [];
  const start = lines.findIndex((line) => line.startsWith(`${vendorId.slice(2)}  `));
  if (start < 0) return undefined;
  for (const line of lines.slice(start + 1)) {
    if (/^[0-9a-f]/.test(line)) return undefined;
    if (line.startsWith(`\t${deviceId.slice(2)}  `)) return line.slice(7).trim();
  }
  return undefined;
}

function drmCards(root: string): GraphicsCard[] {
  const folder = path.join(root, 'sys/class/drm');
  return entriesOf(folder)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((name): GraphicsCard[] => {
      const device = path.join(folder, name, 'device');
      const vendorId = textOf(path.join(device, 'vendor'));
      const deviceId = textOf(path.join(device, 'device'));
      if (vendorId === undefined || deviceId === undefined) return [];
      const { vendor, name: maker } = vendors[vendorId] ?? { vendor: 'other' as const, name: `PCI vendor ${vendorId}` };
      const driver = existsSync(path.join(device, 'driver'))
        ? path.basename(readlinkSync(path.join(device, 'driver')))
        : undefined;
      const memory = Number(textOf(path.join(device, 'mem_info_vram_total')) ?? Number.NaN);
      return [
        {
          name: `${maker} ${pciName(root, vendorId, deviceId) ?? deviceId}`,
          vendor,
          ...(driver === undefined ? {} : { driver }),
          ...(Number.isFinite(memory) ? { memoryBytes: memory } : {}),
        },
      ];
    });
}

/**
 * Graphics cards of a Linux machine, from the files of the kernel; elsewhere none can be named without loading a driver.
 * @param root where the system's files begin
 */
export function graphicsCards(root = '/'): readonly GraphicsCard[] {
  const nvidia = nvidiaCards(root);
  return [...nvidia, ...drmCards(root).filter(({ vendor }) => vendor !== 'nvidia' || nvidia.length === 0)];
}
