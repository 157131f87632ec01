import path from 'node:path';
import type { ForkOptions } from 'electron';
import type { FromCore } from '../main/contract/transport/shellMessages.ts';
import { workerEnvironment } from '../main/contract/transport/workerEnvironment.ts';

/** How one worker is started; a pure value. */
export function workerFork(
  coreFolder: string,
  request: Extract<FromCore, { type: 'start-worker' }>,
): { file: string; options: ForkOptions } {
  return {
    file: path.join(coreFolder, `${request.entry}Worker.mjs`),
    options: {
      serviceName: `Groundglass ${request.entry}`,
      execArgv: request.maxOldSpaceMb ? [`--max-old-space-size=${request.maxOldSpaceMb}`] : [],
      env: workerEnvironment(process.env, request.threads),
    },
  };
}
