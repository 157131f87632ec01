import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import { deviceIds } from '../devices.ts';
import { type GraphicsCard, graphicsCards } from './graphicsCards.ts';
import { findTensorFlow, howToInstall } from './tensorflowPackage.ts';
import { hasVulkanLoader, vulkanDrivers } from './vulkanDrivers.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Device {
  /** As `--device` takes it. */
  readonly id: string;
  readonly title: string;
  readonly engine: 'onnxruntime' | 'tensorflow';
  /** Why it cannot be there; undefined where it can be tried. */
  readonly absence?: string;
  readonly facts: readonly Fact[];
}

const require = createRequire(import.meta.url);
const gigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(bytes < 10 * 1024 ** 3 ? 1 : 0)} GB`;

/** Version of an installed package; undefined where it is not installed. */
export function packageVersion(name: string): string | undefined {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** The engine's name and version: results of tests belong to it. */
export const runtimeVersion = (): string => `onnxruntime ${packageVersion('onnxruntime-node') ?? 'is not installed'}`;

function cpu(): Device {
  const cores = cpus();
  const facts = [
    { name: 'Model', value: cores[0]?.model.trim() ?? 'unknown' },
    { name: 'Cores', value: String(cores.length) },
    { name: 'Memory', value: gigabytes(totalmem()) },
    { name: 'System', value: `${platform()} ${release()} ${arch()}` },
  ];
  return { id: 'cpu', title: 'CPU', engine: 'onnxruntime', facts };
}

const cardFacts = (cards: readonly GraphicsCard[]): Fact[] =>
  cards.flatMap(({ name, driver, memoryBytes }) => [
    { name: 'Graphics card', value: name },
    ...(driver === undefined ? [] : [{ name: 'Driver', value: driver }]),
    ...(memoryBytes === undefined ? [] : [{ name: 'Memory', value: gigabytes(memoryBytes) }]),
  ]);

const driverApi: Partial<Record<NodeJS.Platform, string>> = { win32: 'Direct3D 12', darwin: 'Metal', linux: 'Vulkan' };

function webgpu(): Device {
  const device = { id: 'webgpu', title: 'GPU through WebGPU', engine: 'onnxruntime' } as const;
  const through = { name: 'Through', value: driverApi[process.platform] ?? 'the system' };
  if (process.platform !== 'linux')
    return { ...device, facts: [through, { name: 'Graphics card', value: 'the one the system gives to programs' }] };
  const drivers = vulkanDrivers();
  const facts = [
    ...cardFacts(graphicsCards()),
    through,
    ...drivers.map(({ name, isSoftware }) => ({
      name: 'Vulkan driver',
      value: isSoftware ? `${name} (computes on the CPU)` : name,
    })),
  ];
  if (!hasVulkanLoader())
    return {
      ...device,
      facts,
      absence:
        'The Vulkan loader (libvulkan.so.1) was not found: it comes with the graphics driver or the package libvulkan1.',
    };
  if (drivers.length === 0)
    return { ...device, facts, absence: 'No Vulkan driver is installed: install the one of your graphics card.' };
  return { ...device, facts };
}

/** Where onnxruntime's own libraries lie for this system. */
function runtimeFolder(): string | undefined {
  try {
    const root = path.dirname(require.resolve('onnxruntime-node/package.json'));
    return path.join(root, 'bin', 'napi-v6', process.platform, process.arch);
  } catch {
    return undefined; // not installed: doctor says so
  }
}

function cuda(): Device {
  const cards = graphicsCards().filter(({ vendor }) => vendor === 'nvidia');
  const device = {
    id: 'cuda',
    title: 'NVIDIA GPU through CUDA',
    engine: 'onnxruntime',
    facts: cardFacts(cards),
  } as const;
  if (cards.length === 0) return { ...device, absence: 'No NVIDIA graphics card or driver was found.' };
  const library = path.join(runtimeFolder() ?? '', 'libonnxruntime_providers_cuda.so');
  if (existsSync(library)) return device;
  return {
    ...device,
    absence: `onnxruntime's CUDA library (libonnxruntime_providers_cuda.so) is not installed; it does not come with Groundglass. WebGPU uses the same card without it.`,
  };
}

const others: Readonly<Record<string, () => Device>> = {
  webgpu,
  cuda,
  dml: () => ({
    id: 'dml',
    title: 'GPU through DirectML',
    engine: 'onnxruntime',
    facts: [{ name: 'Through', value: 'Direct3D 12' }],
  }),
  coreml: () => ({
    id: 'coreml',
    title: 'Apple GPU and neural engine through Core ML',
    engine: 'onnxruntime',
    facts: [{ name: 'Through', value: 'Core ML' }],
  }),
};

/** TensorFlow's own library, on the card or the CPU that it finds: a second engine for those who install it. */
function tensorflow(): Device {
  const device = { id: 'tensorflow', title: 'TensorFlow', engine: 'tensorflow' } as const;
  const found = findTensorFlow();
  if (found === undefined) return { ...device, facts: [], absence: `Not installed. ${howToInstall}` };
  const facts = [
    ...cardFacts(graphicsCards().filter(({ vendor }) => vendor === 'nvidia')),
    { name: 'Package', value: `${found.name} ${found.version}` },
    ...(found.libraryVersion === undefined ? [] : [{ name: 'Library', value: `TensorFlow ${found.libraryVersion}` }]),
  ];
  return { ...device, facts, ...(found.problem === undefined ? {} : { absence: found.problem }) };
}

/**
 * The devices of this machine, also those that could be here and are not, with the reason. Nothing native is loaded to
 * find out: the list can be asked for in any process. Besides the CPU each has to pass its self-test before use.
 */
export function listDevices(): readonly Device[] {
  return [cpu(), ...deviceIds.slice(1).flatMap((id) => others[id]?.() ?? []), tensorflow()];
}
