import type { z } from 'zod';
import type { DoctorCheck } from '../../contract/system.ts';

const marks = { ok: 'ok      ', warning: 'warning ', failed: 'FAILED  ', 'not-run': 'not run ' };

/** One line a check. */
export const describeChecks = (checks: readonly z.output<typeof DoctorCheck>[]): string =>
  checks.map(({ state, title, detail }) => `${marks[state]}${title}: ${detail}`).join('\n');
