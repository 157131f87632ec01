import { midranks } from '../../domain/statistics/auroc.ts';

/** Spearman's rank correlation of two maps of the same size, ties by midranks; 0 where one of them is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error('two maps differ in size');
  const [ranksA, ranksB] = [midranks(Array.from(a)), midranks(Array.from(b))];
  const mean = (a.length + 1) / 2;
  let [together, ownA, ownB] = [0, 0, 0];
  ranksA.forEach((rank, i) => {
    const [x, y] = [rank - mean, (ranksB[i] ?? 0) - mean];
    together += x * y;
    ownA += x * x;
    ownB += y * y;
  });
  return ownA === 0 || ownB === 0 ? 0 : together / Math.sqrt(ownA * ownB);
}

export interface RandomisationResult {
  /** Mean over the images of |Spearman's rho| between the model's map and the randomised model's. */
  readonly meanCorrelation: number;
  readonly n: number;
  readonly limit: number;
  /** The map changed enough: it depends on the weights. */
  readonly hasPassed: boolean;
}

/**
 * The model-randomisation check of Adebayo et al., NeurIPS 2018: maps of the model and of the same network with random
 * weights must not look alike. One pair of maps per image; passed below `limit` (0.5 where the head alone is
 * randomised, 0.2 for all layers).
 */
export function randomisationCheck(
  maps: readonly { readonly trained: ArrayLike<number>; readonly randomised: ArrayLike<number> }[],
  limit: number,
): RandomisationResult {
  if (maps.length === 0) throw new Error('the randomisation check needs at least one image');
  const correlations = maps.map(({ trained, randomised }) => Math.abs(rankCorrelation(trained, randomised)));
  const meanCorrelation = correlations.reduce((a, b) => a + b, 0) / correlations.length;
  return { meanCorrelation, n: maps.length, limit, hasPassed: meanCorrelation < limit };
}
