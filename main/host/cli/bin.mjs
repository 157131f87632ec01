#!/usr/bin/env node
// Runs the command line with a Node that can run it: this one, or the one that came with the package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestMajor = 24;

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, 'cli.ts');
const bundle = path.resolve(here, '../../../dist/core/cli.mjs');
// Node does not run TypeScript below node_modules.
const isInstalled = here.split(path.sep).includes('node_modules');
const program = isInstalled || !existsSync(source) ? bundle : source;

function newerNode() {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return [path.join(folder, 'bin', 'node'), path.join(folder, 'bin', 'node.exe')].find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) await import(pathToFileURL(program).href);
else {
  const node = newerNode();
  if (node === undefined) {
    process.stderr.write(`groundglass: Node ${oldestMajor} or newer is needed, this is ${process.version}\n`);
    process.exit(1);
  }
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
