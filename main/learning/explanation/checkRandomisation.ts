import { permutation } from '../../domain/random.ts';
import { type Network, parameterTensors, withState } from '../network/network.ts';
import { float32, float32Data, type Tensor } from '../network/tensor.ts';
import { type RandomisationResult, randomisationCheck } from './compareMaps.ts';
import { createExplainer, type ExplainerOptions } from './explainer.ts';

/** How far the weights are randomised, from the output down: the dense head, or every layer. */
export type RandomisationDepth = 'head' | 'all';

/** Mean |Spearman's rho| below which maps count as changed; Adebayo et al. 2018 show, but name no figure. */
const limits: Readonly<Record<RandomisationDepth, number>> = { head: 0.5, all: 0.2 };

/** The network with the weights of the chosen layers in random order: same sizes and scale, nothing learned. */
export function randomiseWeights(network: Network, depth: RandomisationDepth, seed: number): Network {
  const names = depth === 'head' ? network.head : network.parameters;
  const mixed = Object.entries(parameterTensors(network)).flatMap(([name, tensor]): [string, Tensor][] => {
    if (!names.includes(name) || tensor.shape.length < 2) return [];
    const values = float32Data(tensor);
    const order = permutation(values.length, seed, 'randomise', name);
    return [
      [
        name,
        float32(
          tensor.shape,
          Float32Array.from(order, (i) => values[i] ?? 0),
        ),
      ],
    ];
  });
  return withState(network, Object.fromEntries(mixed));
}

/**
 * Whether a model's heat maps depend on what it learned: compares them with those of the same network with randomised
 * weights, on images [channels, rows, columns], for one class. Call it in worker processes only.
 */
export async function checkRandomisation(
  network: Network,
  inputs: readonly Float32Array[],
  classIndex: number,
  depth: RandomisationDepth,
  options: ExplainerOptions & { readonly seed: number },
): Promise<RandomisationResult> {
  const trained = await createExplainer(network, options);
  try {
    const randomised = await createExplainer(randomiseWeights(network, depth, options.seed), options);
    try {
      const pairs: { trained: Float32Array; randomised: Float32Array }[] = [];
      for (const input of inputs) {
        const [a, b] = [await trained.explain(input, classIndex), await randomised.explain(input, classIndex)];
        pairs.push({ trained: a.grid.values, randomised: b.grid.values });
      }
      return randomisationCheck(pairs, limits[depth]);
    } finally {
      await randomised.dispose();
    }
  } finally {
    await trained.dispose();
  }
}
