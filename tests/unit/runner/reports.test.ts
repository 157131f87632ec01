import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPlaywrightReport, readVitestReport } from '../../runner/reports.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'groundglass-reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(report: unknown): string {
  const file = path.join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
}

describe('totals of npm test', () => {
  it('count a test file that did not load as a failure', () => {
    const report = readVitestReport(
      fileOf({
        numPassedTests: 2,
        numFailedTests: 1,
        numPendingTests: 1,
        numTodoTests: 0,
        testResults: [
          {
            name: 'a.test.ts',
            status: 'failed',
            assertionResults: [
              { status: 'passed', fullName: 'one' },
              { status: 'failed', fullName: 'two' },
              { status: 'skipped', fullName: 'three' },
            ],
          },
          { name: 'b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
        ],
      }),
    );
    expect(report.counts).toEqual({ passed: 2, failed: 2, skipped: 1 });
    expect(report.notes).toHaveLength(2);
    expect(report.notes[1]).toBe('skipped: three');
  });

  it('count a flaky browser test as failed and say why one was not run', () => {
    const skipped = { status: 'skipped', annotations: [{ type: 'skip', description: 'no Electron here' }] };
    const report = readPlaywrightReport(
      fileOf({
        errors: [],
        stats: { expected: 3, unexpected: 0, skipped: 1, flaky: 1 },
        suites: [
          { specs: [], suites: [{ specs: [{ title: 'opens a window', file: 'electron.spec.ts', tests: [skipped] }] }] },
        ],
      }),
    );
    expect(report.counts).toEqual({ passed: 3, failed: 1, skipped: 1 });
    expect(report.notes).toEqual(['not run: opens a window: no Electron here']);
  });

  it('refuse a report of another shape instead of counting nothing', () => {
    expect(() => readVitestReport(fileOf({}))).toThrow();
    expect(() => readPlaywrightReport(fileOf({ stats: {} }))).toThrow();
  });
});
