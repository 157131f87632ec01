import type { Job, JobKind } from '../contract/jobs.ts';
import { AppError, asAppError } from '../domain/errors.ts';

export interface JobProgress {
  fraction?: number;
  message: string;
  etaSeconds?: number;
}

export interface JobContext {
  readonly jobId: string;
  /** Aborted by cancel and by shutdown; the work ends soon after and leaves what is safe to keep. */
  readonly signal: AbortSignal;
  progress(value: JobProgress): void;
}

export interface JobSpec {
  kind: JobKind;
  title: string;
  subjectId?: string;
  run(context: JobContext): Promise<unknown>;
  /** Called instead of `run` where the job is cancelled while it waits. */
  leftQueue?(): void;
}

export interface JobQueueOptions {
  /** Writes the job where a restart finds it; called at every change of status. */
  save(job: Job): void;
  announce(job: Job): void;
  now?: () => Date;
}

/** Kinds in one lane wait for each other: one training at a time gets the whole machine. */
const laneOf: Record<JobKind, string> = {
  import: 'import',
  relocation: 'import',
  practice: 'import',
  'labels-import': 'import',
  dataset: 'learning',
  training: 'learning',
  search: 'learning',
  'rate-search': 'learning',
  evaluation: 'evaluation',
  prediction: 'prediction',
  deidentification: 'export',
  'series-export': 'export',
  'device-test': 'learning',
};

const announceEveryMs = 100;

interface Entry {
  job: Job;
  spec?: JobSpec;
  controller: AbortController;
  startedMs: number;
  announcedMs: number;
  done: Promise<void>;
}

/** Runs long work in lanes, keeps its progress for whoever asks later, and estimates the time left. */
export class JobQueue {
  private readonly entries = new Map<string, Entry>();
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly options: JobQueueOptions;
  private readonly now: () => Date;
  private nextNumber = 1;

  constructor(options: JobQueueOptions, earlier: readonly Job[] = []) {
    this.options = options;
    this.now = options.now ?? (() => new Date());
    for (const job of earlier) this.entries.set(job.id, settledEntry(job));
  }

  start(spec: JobSpec): Job {
    const createdAt = this.now().toISOString();
    const id = `job_${Date.parse(createdAt).toString(36)}_${this.nextNumber++}`;
    const job: Job = {
      id,
      kind: spec.kind,
      title: spec.title,
      status: 'queued',
      progress: { message: 'waiting' },
      createdAt,
      ...(spec.subjectId === undefined ? {} : { subjectId: spec.subjectId }),
    };
    const entry: Entry = {
      job,
      spec,
      controller: new AbortController(),
      startedMs: 0,
      announcedMs: 0,
      done: Promise.resolve(),
    };
    this.entries.set(id, entry);
    this.publish(entry, {}, { force: true, save: true });
    const lane = laneOf[spec.kind];
    entry.done = (this.lanes.get(lane) ?? Promise.resolve()).then(() => this.execute(entry, spec));
    this.lanes.set(lane, entry.done);
    return entry.job;
  }

  list(): Job[] {
    return [...this.entries.values()].map((entry) => entry.job).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  get(jobId: string): Job {
    return this.entry(jobId).job;
  }

  /** A job that waits ends at once, a running one when its work has stopped. No effect on a job that has ended. */
  cancel(jobId: string): void {
    const entry = this.entry(jobId);
    entry.controller.abort(new AppError('cancelled', 'cancelled'));
    if (entry.job.status !== 'queued') return;
    entry.spec?.leftQueue?.();
    this.finish(entry, { status: 'cancelled', error: { code: 'cancelled', message: 'cancelled' } });
  }

  get active(): Job[] {
    return this.list().filter((job) => job.status === 'queued' || job.status === 'running');
  }

  /** Resolves when the job has ended, whatever the end. */
  async settled(jobId: string): Promise<Job> {
    const entry = this.entry(jobId);
    await entry.done;
    return entry.job;
  }

  async cancelAll(): Promise<void> {
    const active = this.active;
    for (const job of active) this.cancel(job.id);
    await Promise.all(active.map((job) => this.settled(job.id)));
  }

  private entry(jobId: string): Entry {
    const entry = this.entries.get(jobId);
    if (!entry) throw new AppError('not-found', `there is no job ${jobId}`);
    return entry;
  }

  private async execute(entry: Entry, spec: JobSpec): Promise<void> {
    const { signal } = entry.controller;
    if (signal.aborted) return; // cancelled while it waited
    entry.startedMs = performance.now();
    try {
      this.publish(entry, { status: 'running', progress: { message: 'starting' } }, { force: true, save: true });
      const progress = (value: JobProgress): void => this.publish(entry, { progress: this.withEta(entry, value) });
      const result = await spec.run({ jobId: entry.job.id, signal, progress });
      this.finish(entry, { status: 'done', result, progress: { fraction: 1, message: 'done' } });
    } catch (thrown) {
      const error = asAppError(thrown);
      const status = signal.aborted || error.code === 'cancelled' ? 'cancelled' : 'failed';
      this.finish(entry, { status, error: { code: error.code, message: error.message } });
    }
  }

  private finish(entry: Entry, change: Partial<Job>): void {
    this.publish(entry, { ...change, endedAt: this.now().toISOString() }, { force: true, save: true });
  }

  /** Time left by linear extrapolation, once a twentieth is done and two seconds have passed. */
  private withEta(entry: Entry, value: JobProgress): JobProgress {
    const elapsed = (performance.now() - entry.startedMs) / 1000;
    const { fraction } = value;
    if (value.etaSeconds !== undefined || fraction === undefined || fraction < 0.05 || elapsed < 2) return value;
    return { ...value, etaSeconds: (elapsed / fraction) * (1 - fraction) };
  }

  private publish(entry: Entry, change: Partial<Job>, how: { force?: boolean; save?: boolean } = {}): void {
    entry.job = { ...entry.job, ...change };
    if (how.save) this.options.save(entry.job);
    const nowMs = performance.now();
    if (!how.force && nowMs - entry.announcedMs < announceEveryMs) return;
    entry.announcedMs = nowMs;
    this.options.announce(entry.job);
  }
}

function settledEntry(job: Job): Entry {
  return { job, controller: new AbortController(), startedMs: 0, announcedMs: 0, done: Promise.resolve() };
}
