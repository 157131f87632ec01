import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { InlineConfig } from 'vite';

/** The repository. */
export const root = path.resolve(import.meta.dirname, '../..');

interface Bundle {
  readonly config: InlineConfig;
  /** Built when this file is older than any of the sources. */
  readonly product: string;
  readonly sources: readonly string[];
}

interface NodeBundle {
  readonly folder: string;
  readonly format: 'es' | 'cjs';
  readonly entries: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
}

/** Bundles our own sources; every package stays outside, for native ones cannot be bundled and none needs to be. */
function nodeBundle({ folder, format, entries, sources }: NodeBundle): Bundle {
  const ending = format === 'es' ? 'mjs' : 'cjs';
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(root, file)]));
  return {
    product: path.join(root, folder, `${Object.keys(entries)[0]}.${ending}`),
    sources,
    config: {
      configFile: false,
      root,
      publicDir: false,
      logLevel: 'warn',
      ssr: { external: ['electron'] },
      build: {
        ssr: true,
        target: 'node24',
        outDir: path.join(root, folder),
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          input,
          output: { format, entryFileNames: `[name].${ending}`, chunkFileNames: `[name]-[hash].${ending}` },
        },
      },
    },
  };
}

const common = ['main/contract', 'main/domain', 'package-lock.json'];

/** The page, by vite.config.ts. */
export const page: Bundle = {
  product: path.join(root, 'dist/renderer/index.html'),
  sources: ['renderer', 'vite.config.ts', ...common],
  config: { configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' },
};

/** The shell, its preload (which the sandbox wants in one CommonJS file), and the core with its workers. */
export const programs: readonly Bundle[] = [
  nodeBundle({
    folder: 'dist/electron',
    format: 'cjs',
    entries: { main: 'electron/main.ts' },
    sources: ['electron', ...common],
  }),
  nodeBundle({
    folder: 'dist/preload',
    format: 'cjs',
    entries: { preload: 'electron/preload.ts' },
    sources: ['electron', ...common],
  }),
  nodeBundle({
    folder: 'dist/core',
    format: 'es',
    entries: {
      cli: 'main/host/cli/cli.ts',
      electronCore: 'main/host/electron/entry.ts',
      imagingWorker: 'main/imaging/worker.ts',
      learningWorker: 'main/learning/worker.ts',
    },
    sources: ['main', 'package-lock.json'],
  }),
];

/** Builds what is missing or older than its sources, or everything when told to. */
export async function buildBundles(bundles: readonly Bundle[], options: { always: boolean }): Promise<void> {
  const stale = bundles.filter((bundle) => options.always || isStale(bundle));
  if (stale.length === 0) return;
  const { build } = await import('vite');
  for (const { config } of stale) await build(config);
}

function isStale({ product, sources }: Bundle): boolean {
  if (!existsSync(product)) return true;
  const builtAt = statSync(product).mtimeMs;
  return sources.some((source) => newestChange(path.join(root, source)) > builtAt);
}

function newestChange(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newestChange(path.join(file, name))));
}
