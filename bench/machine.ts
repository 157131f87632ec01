import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import path from 'node:path';

export const projectRoot = path.resolve(import.meta.dirname, '..');

/** What a figure depends on, as it is written beside every figure. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  /** Processes that wanted a core during the minute before; more than a few tenths: others were at work, too. */
  readonly loadBefore: number;
}

/** Others kept at least half a core busy: the figures are no better than lower bounds of the machine's speed. */
export const isBusy = ({ loadBefore }: Machine): boolean => loadBefore > 0.5;

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    commit: commitOf(projectRoot),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

function commitOf(folder: string): string {
  const git = (...parameters: string[]) => execFileSync('git', parameters, { cwd: folder, encoding: 'utf8' }).trim();
  try {
    const isClean = git('status', '--porcelain', '--', 'main', 'renderer') === '';
    return `${git('rev-parse', '--short', 'HEAD')}${isClean ? '' : ' with changes'}`;
  } catch {
    return 'not in a git checkout';
  }
}

export function machineLine(machine: Machine): string {
  const { cpu, cores, memoryGiB, system, node, commit, loadBefore } = machine;
  const busy = isBusy(machine) ? ' (busy with other work: times are upper bounds, rates lower bounds)' : '';
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}, commit ${commit}; load before ${loadBefore}${busy}`;
}
