import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Counts, root } from './step.ts';

interface Report {
  readonly counts: Counts;
  readonly notes: readonly string[];
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Counts of vitest's JSON report; a file that did not load has no tests and counts as one failure. */
export function readVitestReport(file: string): Report {
  const report = vitestReport.parse(readJson(file));
  const broken = report.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0);
  const skipped = report.testResults.flatMap((suite) =>
    suite.assertionResults
      .filter((test) => ['skipped', 'pending', 'todo'].includes(test.status))
      .map((test) => test.fullName.trim()),
  );
  return {
    counts: {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    notes: [
      ...broken.map((suite) => `did not load: ${path.relative(root, suite.name)}`),
      ...skipped.map((name) => `skipped: ${name}`),
    ],
  };
}

const annotation = z.object({ type: z.string(), description: z.string().optional() });
const specSchema = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(z.object({ status: z.string(), annotations: z.array(annotation) })),
});
type Suite = { specs: z.infer<typeof specSchema>[]; suites?: Suite[] | undefined };
const suiteSchema: z.ZodType<Suite> = z.lazy(() =>
  z.object({ specs: z.array(specSchema), suites: z.array(suiteSchema).optional() }),
);
const playwrightReport = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(z.object({ message: z.string().optional() })),
  stats: z.object({ expected: z.number(), unexpected: z.number(), skipped: z.number(), flaky: z.number() }),
});

const specsOf = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];

/** Counts of Playwright's JSON report. A test that passed only on a retry did not pass; skipped ones say why. */
export function readPlaywrightReport(file: string): Report {
  const { stats, suites, errors } = playwrightReport.parse(readJson(file));
  const skipped = suites
    .flatMap(specsOf)
    .flatMap((spec) =>
      spec.tests
        .filter((test) => test.status === 'skipped')
        .map(
          (test) =>
            `not run: ${spec.title}: ${test.annotations.map((entry) => entry.description ?? entry.type).join('; ')}`,
        ),
    );
  return {
    counts: { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped },
    notes: [...errors.map((error) => error.message ?? 'an error outside the tests'), ...skipped],
  };
}
