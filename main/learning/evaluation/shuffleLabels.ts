import { permutation, randomStream } from '../../domain/random.ts';

interface Labelled {
  readonly patientId: string;
  readonly trueClass: string;
}

/**
 * The null experiment: classes dealt anew among patients. Each patient gets the classes of another, random patient;
 * where that one has another number of cases, its classes are repeated, or drawn without replacement. Classes stay
 * as alike within a patient as they were, so an honest pipeline reaches an AUROC of 0.5 within its interval. Call it
 * once per split to keep each split's patients' classes. Same order as the input.
 */
export function shuffleLabelsByPatient<T extends Labelled>(cases: readonly T[], seed: number): T[] {
  const byPatient = new Map<string, number[]>();
  cases.forEach(({ patientId }, i) => {
    byPatient.set(patientId, [...(byPatient.get(patientId) ?? []), i]);
  });
  const members = [...byPatient.values()];
  const donors = permutation(members.length, seed, 'label-shuffle');
  const shuffled: T[] = [...cases];
  members.forEach((own, patient) => {
    const donor = members[donors[patient] ?? 0] ?? [];
    const next = randomStream(seed, 'label-shuffle', patient);
    const order = donor.map((index) => ({ index, key: next() })).sort((a, b) => a.key - b.key);
    own.forEach((target, j) => {
      const source = cases[order[j % order.length]?.index ?? target];
      const original = cases[target];
      if (source && original) shuffled[target] = { ...original, trueClass: source.trueClass };
    });
  });
  return shuffled;
}
