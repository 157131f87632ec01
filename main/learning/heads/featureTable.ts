/** Features of cases, row-major [rows, columns]. */
export interface FeatureTable {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Cases to fit or to judge a head on. `classes[row]` is a class index, `weights[row]` what the case counts. */
export interface LabelledFeatures {
  readonly features: FeatureTable;
  readonly classes: readonly number[];
  readonly weights: readonly number[];
}

/** One row as a view; not a copy. */
export const rowOf = ({ data, columns }: FeatureTable, row: number): Float32Array =>
  data.subarray(row * columns, (row + 1) * columns);

/** Rows of equal length, one below the other. */
export function tableOf(rows: readonly Float32Array[]): FeatureTable {
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) throw new Error('rows of different length');
    data.set(row, i * columns);
  });
  return { data, rows: rows.length, columns };
}
