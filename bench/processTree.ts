import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly residentBytes: number;
}

const pageBytes = 4096;

/** One process out of /proc (proc(5): stat, statm); undefined when it has just ended. */
function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const residentPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return { pid, parent, command, residentBytes: residentPages * pageBytes };
  } catch {
    return undefined; // ended between the listing and the reading
  }
}

/** The process and all that descend from it. Linux only: empty elsewhere. */
export function processTree(root: number): ProcessFacts[] {
  if (process.platform !== 'linux') return [];
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const inTree = new Set([root]);
  for (let size = 0; size !== inTree.size; ) {
    size = inTree.size;
    for (const { pid, parent } of all) if (inTree.has(parent)) inTree.add(pid);
  }
  return all.filter(({ pid }) => inTree.has(pid));
}

/** Watches a process tree until stopped; the largest sum of resident memory seen, or undefined where it cannot be seen. */
export function watchMemory(root: number): () => number | undefined {
  let peak = 0;
  const look = () => {
    const sum = processTree(root).reduce((bytes, { residentBytes }) => bytes + residentBytes, 0);
    peak = Math.max(peak, sum);
  };
  const timer = setInterval(look, 100);
  look();
  return () => {
    clearInterval(timer);
    return peak || undefined;
  };
}
