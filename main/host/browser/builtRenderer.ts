import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../domain/errors.ts';
import { type ServedFile, servedFolder } from './servedFolder.ts';

const isCheckout = import.meta.url.endsWith('.ts');
const here = path.dirname(fileURLToPath(import.meta.url));
/** The repository in a checkout; the folder `dist` of a package. */
const root = isCheckout ? path.resolve(here, '../../..') : path.resolve(here, '..');
const builtPage = isCheckout ? path.join(root, 'dist/renderer') : path.join(root, 'renderer');
const sources = ['renderer', 'main/contract', 'main/domain', 'vite.config.ts', 'package-lock.json'];

/** The page's files; in a checkout it is built first when it is missing or older than its sources. */
export async function builtRenderer(onBuild: () => void): Promise<(urlPath: string) => ServedFile | undefined> {
  if (isCheckout && isStale()) {
    onBuild();
    const { build } = await import('vite');
    await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' });
  }
  if (!existsSync(path.join(builtPage, 'index.html')))
    throw new AppError('file-not-found', 'The page of this program has not been built: run npm run build.');
  return servedFolder(builtPage);
}

/** Builds again after each change of the sources; for developing. */
export async function watchedRenderer(): Promise<(urlPath: string) => ServedFile | undefined> {
  const { build } = await import('vite');
  const outDir = path.join(root, 'dist/renderer-dev'); // never taken for a finished build
  const watcher = await build({
    configFile: path.join(root, 'vite.config.ts'),
    logLevel: 'info',
    build: { outDir, watch: {}, emptyOutDir: false, minify: false, sourcemap: true },
  });
  if (!('on' in watcher)) throw new Error('vite did not watch');
  let files: ReturnType<typeof servedFolder> = () => undefined;
  await new Promise<void>((resolve) => {
    watcher.on('event', ({ code }) => {
      if (code !== 'END') return;
      files = servedFolder(outDir);
      resolve();
    });
  });
  return (urlPath) => files(urlPath);
}

function isStale(): boolean {
  const built = path.join(builtPage, 'index.html');
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  return sources.some((source) => newestChange(path.join(root, source)) > builtAt);
}

function newestChange(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newestChange(path.join(file, name))));
}
