import { existsSync, realpathSync, statfsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';

/** Magic numbers of statfs(2) for file systems that the kernel makes up: linux/magic.h. */
const pseudoTypes = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0x62656570, // configfs
  0x6165676c, // pstore
  0xcafe4a11, // bpf
  0x19800202, // mqueue
]);

/** /dev is an ordinary tmpfs by its type; /dev/shm is one to be used. */
const isDeviceFolder = (path: string): boolean => /^\/dev(\/(?!shm(\/|$))|$)/.test(path);
const isKernelFolder = (path: string): boolean => /^\/(proc|sys)(\/|$)/.test(path);

/** With the links of the part that exists resolved. */
function realPathOf(path: string): { readonly existing: string; readonly real: string } {
  let existing = resolve(path);
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const start = realpathSync(existing);
  return { existing: start, real: join(start, relative(existing, resolve(path))) };
}

/**
 * Refuses folders of the kernel (/proc, /sys, /dev) before anything is made there: `mkdirSync` with `recursive` below
 * /proc never returns, because the kernel answers ENOENT for a parent that exists. Throws `file-unreadable`.
 */
export function refusePseudoFolder(path: string): void {
  if (process.platform !== 'linux') return;
  const { existing, real } = realPathOf(path);
  const isPseudo = isKernelFolder(real) || isDeviceFolder(real) || pseudoTypes.has(statfsSync(existing).type);
  if (isPseudo) throw new AppError('file-unreadable', 'This folder belongs to the operating system: choose another.');
}
