/**
 * The middle grade of a distribution over ordered grades: the first at which half of it is reached. Of all grades it has
 * the smallest expected distance from the truth, and one far-off doubt does not move it as it would move the mean.
 */
export function medianGrade(shares: readonly number[]): number {
  const half = shares.reduce((sum, share) => sum + share, 0) / 2;
  let below = 0;
  for (const [grade, share] of shares.entries()) {
    below += share;
    // A rounding error decides nothing.
    if (below >= half - 1e-9) return grade;
  }
  return shares.length - 1;
}

/**
 * What a case of a known grade is to be scored as: most of it on the grade itself, the less on others the further they
 * are away, exp(-(steps)^2) normalised (soft labels for ordinal regression; Diaz and Marathe, CVPR 2019, eq. 1-2).
 */
export function softGrades(truth: number, grades: number): number[] {
  const raw = Array.from({ length: grades }, (_, grade) => Math.exp(-((grade - truth) ** 2)));
  const sum = raw.reduce((total, share) => total + share, 0);
  return raw.map((share) => share / sum);
}
