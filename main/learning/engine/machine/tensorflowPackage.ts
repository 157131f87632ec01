import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A TensorFlow.js with a native part, as its files tell: nothing is loaded. */
export interface TensorFlowPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Of the TensorFlow library it was installed with, where its file name says so. */
  readonly libraryVersion?: string | undefined;
  /** Why it cannot be loaded. */
  readonly problem?: string | undefined;
}

/** The one for NVIDIA cards before the one for CPUs. */
const names = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** A folder in which npm has installed one of them: how a packaged program, whose own folder is sealed, gets it. */
export const folderVariable = 'GROUNDGLASS_TENSORFLOW';

export const howToInstall =
  `TensorFlow is optional and comes from outside the npm registry: where there is a connection, run npm install ${names[0]} ` +
  `(without an NVIDIA card: ${names[1]}) in a folder of its own, and start Groundglass with ${folderVariable} set to that folder. ` +
  'docs/tensorflow.md has the steps.';

function packageFile(name: string, from: string): string | undefined {
  try {
    return createRequire(path.join(from, 'any.js')).resolve(`${name}/package.json`);
  } catch {
    return undefined; // not installed there
  }
}

/** `libtensorflow.so.2.9.1` is 2.9.1. */
function libraryVersion(folder: string): string | undefined {
  const files = globSync(path.join(folder, 'deps/lib/libtensorflow*').replaceAll('\\', '/'));
  const versions = files.flatMap((file) => /(\d+\.\d+\.\d+)/.exec(path.basename(file))?.[1] ?? []);
  return versions.toSorted().at(-1);
}

function describe(name: string, file: string): TensorFlowPackage {
  const folder = path.dirname(file);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const found = { name, version, folder, libraryVersion: libraryVersion(folder) };
  const addons = globSync(path.join(folder, 'lib/napi-v*/tfjs_binding.node').replaceAll('\\', '/'));
  if (addons.length > 0) return found;
  const problem =
    `${name} is installed without its native part (tfjs_binding.node): its install script, which downloads it, did not run ` +
    'or had no connection. docs/tensorflow.md has the steps.';
  return { ...found, problem };
}

/** The TensorFlow.js to use: one that is whole before one that is not; undefined where there is none. */
export function findTensorFlow(environment: NodeJS.ProcessEnv = process.env): TensorFlowPackage | undefined {
  const named = environment[folderVariable];
  const places = [...(named && existsSync(named) ? [path.resolve(named)] : []), import.meta.dirname];
  const found = places.flatMap((place) =>
    names.flatMap((name) => {
      const file = packageFile(name, place);
      return file === undefined ? [] : [describe(name, file)];
    }),
  );
  return found.find(({ problem }) => problem === undefined) ?? found[0];
}
