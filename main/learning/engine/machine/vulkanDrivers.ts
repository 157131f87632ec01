import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { entriesOf, textOf } from './graphicsCards.ts';

export interface VulkanDriver {
  readonly name: string;
  /** Computes on the CPU: right, but of no use for speed. */
  readonly isSoftware: boolean;
}

const Manifest = z.object({ ICD: z.object({ library_path: z.string(), api_version: z.string().optional() }) });

/** Parts of the names of the drivers' libraries. */
const known: readonly (readonly [part: string, name: string, isSoftware: boolean])[] = [
  ['swiftshader', 'SwiftShader', true],
  ['vulkan_lvp', 'Mesa lavapipe', true],
  ['vulkan_radeon', 'Mesa RADV (AMD)', false],
  ['amdvlk', 'AMDVLK (AMD)', false],
  ['vulkan_intel', 'Mesa ANV (Intel)', false],
  ['vulkan_nouveau', 'Mesa NVK (NVIDIA)', false],
  ['nvidia', 'NVIDIA', false],
  ['GLX_nvidia', 'NVIDIA', false],
];

function driverOf(manifest: string): VulkanDriver | undefined {
  const text = textOf(manifest);
  if (text === undefined) return undefined;
  const parsed = Manifest.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const library = path.basename(parsed.data.ICD.library_path);
  const [, name = library, isSoftware = false] = known.find(([part]) => library.includes(part)) ?? [];
  return { name, isSoftware };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // somebody else's damaged file: that driver is not there for us
  }
}

/** Manifests the Vulkan loader would read: those named by VK_DRIVER_FILES alone, or those of the system. */
function manifests(environment: NodeJS.ProcessEnv, root: string): readonly string[] {
  const named = environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES;
  if (named) return named.split(path.delimiter).filter(Boolean);
  const folders = ['etc/vulkan/icd.d', 'usr/local/share/vulkan/icd.d', 'usr/share/vulkan/icd.d'];
  return folders.flatMap((folder) =>
    entriesOf(path.join(root, folder))
      .filter((name) => name.endsWith('.json'))
      .map((name) => path.join(root, folder, name)),
  );
}

/** Vulkan drivers of a Linux machine; the loader reads the same files when a process first uses it. */
export function vulkanDrivers(environment: NodeJS.ProcessEnv = process.env, root = '/'): readonly VulkanDriver[] {
  const found = manifests(environment, root).flatMap((manifest) => driverOf(manifest) ?? []);
  return found.filter(({ name }, i) => found.findIndex((other) => other.name === name) === i);
}

const libraryFolders = ['lib', 'lib64', 'usr/lib', 'usr/lib64', 'usr/local/lib'];
const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Whether the Vulkan loader lies where a process started with this environment looks for it. */
export function hasVulkanLoader(environment: NodeJS.ProcessEnv = process.env, root = '/'): boolean {
  const triplet = triplets[process.arch];
  const system = libraryFolders.flatMap((folder) => [folder, ...(triplet ? [path.join(folder, triplet)] : [])]);
  const folders = [
    ...(environment.LD_LIBRARY_PATH ?? '').split(path.delimiter).filter(Boolean),
    ...system.map((folder) => path.join(root, folder)),
  ];
  return folders.some((folder) => existsSync(path.join(folder, 'libvulkan.so.1')));
}
