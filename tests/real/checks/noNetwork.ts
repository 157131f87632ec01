import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inTemporaryFolder, startCommand, succeed } from '../../../bench/commandLine.ts';
import { practiceSnapshot } from '../practiceLoop.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

/** strace of this machine; where we are root on Debian and it is missing, the package. */
function findStrace(): string | undefined {
  const works = (): boolean => spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;
  if (works()) return 'strace';
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'strace'], { stdio: 'ignore' });
    if (works()) return 'strace';
  }
  return undefined;
}

/** Follows every process and thread of a command; only calls that name an address are of interest. */
const traced = (strace: string, file: string): string[] => [
  ...[strace, '-f', '-qq', '--seccomp-bpf', '-e', 'trace=connect,sendto,sendmsg,sendmmsg,bind', '-e', 'signal=none'],
  ...['-s', '0', '-o', file],
];

export interface NetworkUse {
  readonly loopback: number;
  readonly local: number;
  readonly outside: readonly string[];
}

/**
 * Addresses in a trace. Netlink (the kernel's own list of network cards) and Unix sockets stay on the machine; any other
 * Internet address than those of loopback is outside.
 */
export function networkUse(trace: string): NetworkUse {
  const calls = trace.split('\n').filter((line) => /sa_family=AF_/.test(line));
  const isInternet = (line: string): boolean => /sa_family=AF_INET6?/.test(line);
  const isLoopback = (line: string): boolean =>
    /inet_addr\("127\.\d+\.\d+\.\d+"\)|inet_pton\(AF_INET6, "(::1|::ffff:127\.\d+\.\d+\.\d+)"/.test(line);
  const internet = calls.filter(isInternet);
  return {
    loopback: internet.filter(isLoopback).length,
    local: calls.length - internet.length,
    outside: internet.filter((line) => !isLoopback(line)),
  };
}

const addressesIn = (folder: string): NetworkUse =>
  networkUse(
    readdirSync(folder)
      .map((name) => readFileSync(path.join(folder, name), 'utf8'))
      .join('\n'),
  );

/** A program that does try to get out has to be seen, or the silence of the others says nothing. */
function seesAttempt(strace: string, folder: string): boolean {
  mkdirSync(folder);
  const script = "require('net').connect(9, '192.0.2.1').on('error', () => {}); setTimeout(() => process.exit(), 200)";
  const [first = strace, ...rest] = traced(strace, path.join(folder, 'attempt'));
  spawnSync(first, [...rest, process.execPath, '-e', script]);
  return addressesIn(folder).outside.some((line) => line.includes('192.0.2.1'));
}

/** The browser host: started, its page and scripts fetched once, stopped. */
async function serveOnce(workspace: string, under: readonly string[]): Promise<number> {
  const child = startCommand(['serve', '--port=0'], { workspace, under });
  if (!child.stdout) throw new Error('the browser host has no output');
  const ended = once(child, 'exit');
  let fetched = 0;
  for await (const text of createInterface({ input: child.stdout })) {
    const { url, pid } = JSON.parse(text) as { url?: string; pid?: number };
    if (url === undefined || pid === undefined) continue;
    const entry = await fetch(url, { redirect: 'manual' });
    const cookie = entry.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const page = await fetch(new URL('/', url), { headers: { cookie } });
    fetched = (await page.text()).length;
    process.kill(pid, 'SIGINT');
  }
  await ended;
  return fetched;
}

export const noNetwork: Check = {
  name: 'no-network',
  title: 'A whole loop opens no connection except loopback',
  run: async (tell): Promise<Report> => {
    const strace = process.platform === 'linux' ? findStrace() : undefined;
    if (!strace) return skipped('strace is not on this machine.');
    return inTemporaryFolder(async (root) => {
      if (!seesAttempt(strace, path.join(root, 'control'))) return skipped('strace cannot follow processes here.');
      const folder = path.join(root, 'traces');
      mkdirSync(folder);
      const workspace = path.join(root, 'workspace');
      let step = 0;
      const next = (): string[] => traced(strace, path.join(folder, `command-${++step}`));
      const run = (...parameters: string[]) => succeed(parameters, { workspace, under: next() });
      const { snapshot, phantoms } = await practiceSnapshot({
        root,
        workspace,
        patients: 16,
        size: 32,
        underEach: next,
      });
      tell('phantoms, import, labels, snapshot');
      const trained = await run(
        'train',
        `--snapshot=${snapshot}`,
        '--architecture=small-cnn',
        '--epochs=2',
        '--batch=8',
      );
      const model = String(trained.last.model);
      await run('evaluate', `--model=${model}`);
      const patient = path.join(phantoms, readdirSync(phantoms).find((name) => name.startsWith('GGP')) ?? '');
      const predicted = await run(
        'predict',
        `--model=${model}`,
        `--input=${patient}`,
        `--out=${path.join(root, 'out')}`,
      );
      tell(`train, evaluate, predict (${predicted.lines.length} images)`);
      await run('doctor');
      const page = await serveOnce(workspace, next());
      const use = addressesIn(folder);
      tell(`${step} commands traced`);
      return {
        ...verdictOf({
          'no process of the loop named an address outside loopback': use.outside.length === 0,
          'the browser host served its page meanwhile': page > 0,
          'the tracer sees an attempt to get out when there is one': true,
        }),
        notes: [
          'phantom, import, labels import, dataset create, train, evaluate, predict, doctor and serve, each with all its ' +
            'processes and threads under strace (connect, sendto, sendmsg, sendmmsg, bind)',
          `${step} commands; ${use.loopback} calls with a loopback address, ${use.local} with a Unix or kernel address`,
        ],
        tables:
          use.outside.length > 0
            ? [{ title: 'Outside', columns: ['call'], rows: use.outside.map((line) => [line]) }]
            : [],
      };
    });
  },
};
