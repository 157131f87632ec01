import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerHandle } from '../../main/contract/transport/worker.ts';
import { errorCodes } from '../../main/domain/errors.ts';
import { randomStream } from '../../main/domain/random.ts';
import { nodeSpawner } from '../../main/host/spawn.ts';
import { createImagingPool, type ImagingPool } from '../../main/imaging/pool.ts';
import { damageHeader, damagePixels, lie, type Random, truncate } from './mutate.ts';
import { fuzzSeeds, type Seed } from './seeds.ts';

export interface FuzzPlan {
  readonly seed: number;
  readonly header: number;
  /** For each codec. */
  readonly codec: number;
  readonly truncation: number;
  readonly lies: number;
  readonly workers: number;
  readonly timeoutMs: number;
}

/** What became of one kind of damage. */
export interface KindResult {
  readonly kind: string;
  readonly files: number;
  /** Indexed; decoded in full, of those with complaints of the codec; read as an object without pixels. */
  indexed: number;
  decoded: number;
  decodedWithWarning: number;
  withoutPixels: number;
  readonly codes: Record<string, number>;
  slowestMs: number;
  slowest: string;
}

export interface FuzzResult {
  readonly files: number;
  readonly kinds: readonly KindResult[];
  /** Answers without a code of the closed list, or `internal`: defects of the program. */
  readonly untyped: readonly string[];
  readonly workerDeaths: number;
  readonly timeLimits: number;
  readonly slowestMs: number;
  /** Highest resident memory of any worker, as its system saw it. */
  readonly peakWorkerMb: number;
  readonly seconds: number;
}

const codecs: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['native', /^1\.2\.840\.10008\.1\.2(\.[12])?$/],
  ['deflated', /\.1\.2\.1\.99$/],
  ['deflated-frame', /\.8\.1$/],
  ['rle', /\.1\.2\.5$/],
  ['jpeg-baseline', /\.4\.50$/],
  ['jpeg-12-bit', /\.4\.5[135]$/],
  ['jpeg-lossless', /\.4\.(57|70)$/],
  ['jpeg-ls', /\.4\.8[01]$/],
  ['jpeg-2000', /\.4\.9[01]$/],
  ['htj2k', /\.4\.20[123]$/],
  ['jpeg-xl', /\.4\.11[012]$/],
];

interface Case {
  readonly kind: string;
  readonly count: number;
  readonly seeds: readonly Seed[];
  readonly damage: (seed: Seed, random: Random) => Uint8Array;
}

/**
 * Sends damaged files through the real worker pool: each is indexed and, where it decodes, read in full. Seeded: file n of a
 * kind is the same in every run. Kinds without a good file to start from are left out.
 */
export async function fuzz(plan: FuzzPlan, progress: (line: string) => void = () => undefined): Promise<FuzzResult> {
  const seeds = fuzzSeeds();
  const cases = casesOf(plan, seeds);
  const folder = await mkdtemp(path.join(tmpdir(), 'groundglass-fuzz-'));
  const started = performance.now();
  const memory = watchedSpawner();
  const pool = createImagingPool({ spawnWorker: memory.spawn, size: plan.workers, timeoutMs: plan.timeoutMs });
  const state: State = { untyped: [], workerDeaths: 0, timeLimits: 0 };
  try {
    const kinds: KindResult[] = [];
    for (const one of cases) {
      kinds.push(await runCase(one, plan, pool, folder, state));
      progress(JSON.stringify(kinds.at(-1)));
    }
    return {
      files: kinds.reduce((sum, k) => sum + k.files, 0),
      kinds,
      ...state,
      slowestMs: Math.max(...kinds.map((k) => k.slowestMs)),
      peakWorkerMb: memory.peakMb(),
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    pool.close();
    memory.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface State {
  readonly untyped: string[];
  workerDeaths: number;
  timeLimits: number;
}

function casesOf(plan: FuzzPlan, seeds: readonly Seed[]): Case[] {
  const byCodec = codecs.map(([name, pattern]) => ({
    kind: `codec:${name}`,
    count: plan.codec,
    seeds: seeds.filter((seed) => pattern.test(seed.transferSyntax)),
    damage: damagePixels,
  }));
  const all: Case[] = [
    { kind: 'header', count: plan.header, seeds, damage: damageHeader },
    ...byCodec,
    { kind: 'truncation', count: plan.truncation, seeds, damage: truncate },
    { kind: 'lies', count: plan.lies, seeds, damage: lie },
  ];
  return all.filter((one) => one.seeds.length > 0 && one.count > 0);
}

async function runCase(
  one: Case,
  plan: FuzzPlan,
  pool: ImagingPool,
  folder: string,
  state: State,
): Promise<KindResult> {
  const result: KindResult = {
    kind: one.kind,
    files: one.count,
    indexed: 0,
    decoded: 0,
    decodedWithWarning: 0,
    withoutPixels: 0,
    codes: {},
    slowestMs: 0,
    slowest: '',
  };
  let next = 0;
  const lane = async () => {
    while (next < one.count) {
      const index = next++;
      const random = randomStream(plan.seed, one.kind, index);
      const seed = one.seeds[Math.floor(random() * one.seeds.length)];
      if (!seed) throw new Error('no seed');
      const file = path.join(folder, `${one.kind.replace(':', '-')}-${index}.dcm`);
      await writeFile(file, one.damage(seed, random));
      await tryFile(file, `${one.kind} ${index} of ${seed.name}`, pool, result, state);
      await rm(file);
    }
  };
  await Promise.all(Array.from({ length: plan.workers }, lane));
  return result;
}

async function tryFile(file: string, name: string, pool: ImagingPool, result: KindResult, state: State): Promise<void> {
  // One after the other: with as many lanes as workers no task waits for another, so that each time is the task's own.
  const timed = async <T>(task: () => Promise<T>): Promise<PromiseSettledResult<T>> => {
    const started = performance.now();
    const [answer] = await Promise.allSettled([task()]);
    const milliseconds = Math.round(performance.now() - started);
    if (milliseconds > result.slowestMs) Object.assign(result, { slowestMs: milliseconds, slowest: name });
    return answer;
  };
  const indexed = await timed(() => pool.run('indexFile', { address: file }));
  const inspected = await timed(() => pool.run('inspectFile', { path: file, pixels: true }));
  if (indexed.status === 'fulfilled') result.indexed += 1;
  else note(indexed.reason, name, result, state);
  if (inspected.status === 'rejected') note(inspected.reason, name, result, state);
  else if (inspected.value.error) note(inspected.value.error, name, result, state);
  else if (inspected.value.decodes === 'yes') {
    result.decoded += 1;
    if (inspected.value.decode_error) result.decodedWithWarning += 1;
  } else result.withoutPixels += 1;
}

function note(reason: unknown, name: string, result: KindResult, state: State): void {
  const { code = 'none', message = '' } = (reason ?? {}) as { code?: string; message?: string };
  result.codes[code] = (result.codes[code] ?? 0) + 1;
  if (code === 'worker-died') state.workerDeaths += 1;
  if (code === 'time-limit') state.timeLimits += 1;
  if (code === 'internal' || !(errorCodes as readonly string[]).includes(code)) {
    state.untyped.push(`${name}: ${code}: ${message.slice(0, 200)}`);
  }
}

/** Samples the high-water mark of each worker's resident memory (Linux; elsewhere 0). */
function watchedSpawner() {
  const spawn = nodeSpawner(() => undefined);
  const alive = new Set<WorkerHandle>();
  let peakMb = 0;
  const sample = () => {
    for (const { pid } of alive) {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(statusOf(pid))?.[1];
      peakMb = Math.max(peakMb, Math.round(Number(kilobytes ?? 0) / 1024));
    }
  };
  const timer = setInterval(sample, 50);
  return {
    spawn: (...parameters: Parameters<typeof spawn>) => {
      const worker = spawn(...parameters);
      alive.add(worker);
      worker.onExit(() => alive.delete(worker));
      return worker;
    },
    peakMb: () => {
      sample();
      return peakMb;
    },
    stop: () => clearInterval(timer),
  };
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // ended meanwhile, or not Linux
  }
}
