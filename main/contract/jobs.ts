import { z } from 'zod';
import { command, event, query } from './define.ts';
import { Id, None, Timestamp } from './values.ts';

export const JobKind = z.enum([
  'import',
  'relocation',
  'practice',
  'labels-import',
  'dataset',
  'training',
  'search',
  'rate-search',
  'evaluation',
  'prediction',
  'deidentification',
  'series-export',
  'device-test',
]);
export type JobKind = z.output<typeof JobKind>;

/** Long work. Progress can be re-read after a reconnect, so a closed window loses nothing. */
export const Job = z.object({
  id: Id,
  kind: JobKind,
  title: z.string(),
  status: z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']),
  progress: z.object({
    /** 0..1; absent while the amount of work is unknown. */
    fraction: z.number().optional(),
    message: z.string(),
    etaSeconds: z.number().optional(),
  }),
  createdAt: Timestamp,
  endedAt: Timestamp.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** What the job made; its shape is documented at the command that started it. */
  result: z.unknown().optional(),
  /** Run, snapshot, model, ... the job is about, for the click that opens it. */
  subjectId: z.string().optional(),
});
export type Job = z.output<typeof Job>;

export const jobMethods = {
  'jobs.list': query(None, z.object({ jobs: z.array(Job) })),
  'jobs.get': query(z.object({ jobId: Id }), Job),
  'jobs.cancel': command(z.object({ jobId: Id }), None),
};

export const jobEvents = { 'jobs.changed': event(Job) };
