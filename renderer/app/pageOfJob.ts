import type { Job } from '../../main/contract/jobs.ts';

const pageOf = {
  import: 'worklist',
  relocation: 'worklist',
  practice: 'worklist',
  'labels-import': 'worklist',
  dataset: 'datasets',
  training: 'train',
  search: 'search',
  'rate-search': 'train',
  evaluation: 'models',
  prediction: 'read',
  deidentification: 'deidentify',
  'series-export': 'worklist',
  'device-test': 'settings',
} as const satisfies Record<Job['kind'], string>;

/** Where a click on a job leads. */
export function pageOfJob(job: Job): [page: string, params: string[]] {
  if (job.kind === 'deidentification') return ['deidentify', [job.id]];
  if (job.kind === 'device-test') return ['settings', ['devices']];
  const takesSubject = ['training', 'search', 'dataset', 'evaluation', 'prediction'].includes(job.kind);
  return [pageOf[job.kind], takesSubject && job.subjectId ? [job.subjectId] : []];
}
