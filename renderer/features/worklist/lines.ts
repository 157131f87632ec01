import type { WorklistRow } from '../../../main/contract/images.ts';

/** What the list draws, top to bottom: a line for each patient and, while it is open, one for each of its series. */
export type Line =
  | {
      readonly kind: 'patient';
      readonly patientId: string;
      readonly rows: readonly WorklistRow[];
      readonly isOpen: boolean;
    }
  | { readonly kind: 'series'; readonly row: WorklistRow };

export function linesOf(rows: readonly WorklistRow[], closed: ReadonlySet<string>): Line[] {
  const patients = new Map<string, WorklistRow[]>();
  for (const row of rows) {
    const own = patients.get(row.patientId);
    if (own) own.push(row);
    else patients.set(row.patientId, [row]);
  }
  return [...patients].flatMap(([patientId, own]): Line[] => {
    const isOpen = !closed.has(patientId);
    const head: Line = { kind: 'patient', patientId, rows: own, isOpen };
    return isOpen ? [head, ...own.map((row): Line => ({ kind: 'series', row }))] : [head];
  });
}
