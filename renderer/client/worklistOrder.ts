import type { WorklistRow } from '../../main/contract/images.ts';

/** The order of cases everywhere: patient, study (newest first), series number. */
export function inWorklistOrder(rows: readonly WorklistRow[]): WorklistRow[] {
  const text = new Intl.Collator('en', { numeric: true });
  return [...rows].sort(
    (a, b) =>
      text.compare(a.patientName || a.patientId, b.patientName || b.patientId) ||
      text.compare(a.patientId, b.patientId) ||
      text.compare(b.studyDate ?? '', a.studyDate ?? '') ||
      text.compare(a.studyInstanceUid, b.studyInstanceUid) ||
      (a.seriesNumber ?? 0) - (b.seriesNumber ?? 0) ||
      text.compare(a.seriesInstanceUid, b.seriesInstanceUid),
  );
}
