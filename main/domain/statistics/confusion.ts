/** Counts of cases: `counts[true][predicted]`, rows and columns in the order of `classes`. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Counts each (true, predicted) pair. Throws on a class outside `classes`. */
export function confusionMatrix(
  classes: readonly string[],
  trueClasses: readonly string[],
  predictedClasses: readonly string[],
): ConfusionMatrix {
  const indexOf = (name: string | undefined) => {
    const index = name === undefined ? -1 : classes.indexOf(name);
    if (index < 0) throw new Error('a case has a class outside the list');
    return index;
  };
  const counts = classes.map(() => classes.map(() => 0));
  trueClasses.forEach((trueClass, i) => {
    const row = counts[indexOf(trueClass)] ?? [];
    const column = indexOf(predictedClasses[i]);
    row[column] = (row[column] ?? 0) + 1;
  });
  return { classes, counts };
}
