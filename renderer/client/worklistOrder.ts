import type { WorklistRow } from '../../main/contract/images.ts';

/** The order of cases everywhere: patient, study (newest first), series number. */
export function inWorklistOrder(rows: readonly WorklistRow[]): WorklistRow[] {
  const collator = new Intl.Collator('en', { numeric: true });
  // Most neighbours are equal in most of it: series of one study.
  const text = (a: string, b: string): number => (a === b ? 0 : collator.compare(a, b));
  return [...rows].sort(
    (a, b) =>
      text(a.patientName || a.patientId, b.patientName || b.patientId) ||
      text(a.patientId, b.patientId) ||
      text(b.studyDate ?? '', a.studyDate ?? '') ||
      text(a.studyInstanceUid, b.studyInstanceUid) ||
      (a.seriesNumber ?? 0) - (b.seriesNumber ?? 0) ||
      text(a.seriesInstanceUid, b.seriesInstanceUid),
  );
}
