import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';

const maxBytes = 5_000_000;

/** Appends JSON lines to logs/groundglass.log of the workspace; at start an overlong file becomes groundglass.old.log. */
export function openLog(workspacePath: string): (line: object) => void {
  const folder = path.join(workspacePath, 'logs');
  const file = path.join(folder, 'groundglass.log');
  mkdirSync(folder, { recursive: true });
  if (existsSync(file) && statSync(file).size > maxBytes) renameSync(file, path.join(folder, 'groundglass.old.log'));
  const logger = pino({ base: { pid: process.pid } }, pino.destination({ dest: file, sync: true }));
  return (line) => logger.info(line);
}

/** For `onBug`: what an unexpected error says, with its stack. */
export const bugLine = (method: string, error: unknown): object => ({
  event: 'bug',
  method,
  error: error instanceof Error ? (error.stack ?? error.message) : String(error),
});
