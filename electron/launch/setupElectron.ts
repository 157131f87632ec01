import { downloadRuntime, installedRuntime } from './electronRuntime.ts';

/** `npm run setup:electron`: asks again, with time for a slow line. */
const minutes = 10;
const runtime = installedRuntime(process.env)
  ? { program: installedRuntime(process.env) }
  : await downloadRuntime(process.env, minutes * 60_000);
if ('reason' in runtime) {
  console.error(runtime.reason);
  process.exitCode = 1;
} else console.log(`The Electron runtime is at ${runtime.program}`);
