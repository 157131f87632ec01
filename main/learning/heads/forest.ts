import { randomStream } from '../../domain/random.ts';
import { type FeatureTable, type LabelledFeatures, rowOf } from './featureTable.ts';

/** Trees as one list of nodes. A leaf has the feature -1; the right child follows the left one. */
export interface Forest {
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  /** Share of each class among the training cases of a node, [node, class]; used at leaves. */
  readonly shares: Float32Array;
  readonly classCount: number;
}

export interface ForestOptions {
  readonly trees: number;
  /** Fewest distinct cases in a leaf. */
  readonly minLeaf: number;
  readonly seed: number;
}

/** Thresholds that compete in a column, at most: quantiles of the training cases. */
const BINS = 64;
const MAX_DEPTH = 24;

/** Columns cut into bins: a value at or below `edges[bin]` lies in that bin or a lower one. */
interface Binned {
  /** [column, row] */
  readonly bins: Uint8Array;
  readonly edges: readonly Float32Array[];
}

function edgesOf(values: Float32Array): Float32Array {
  const sorted = Float32Array.from(values).sort();
  const edges: number[] = [];
  for (let bin = 1; bin < BINS; bin++) {
    const at = Math.floor((bin * sorted.length) / BINS);
    const [below = 0, above = 0] = [sorted[at - 1], sorted[at]];
    const middle = Math.fround(below + (above - below) / 2);
    // Between the two values and not at the upper one, whatever the rounding does.
    const edge = middle < above ? middle : below;
    if (at > 0 && above > below && edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return Float32Array.from(edges);
}

function binned({ data, rows, columns }: FeatureTable): Binned {
  const bins = new Uint8Array(rows * columns);
  const edges: Float32Array[] = [];
  const column = new Float32Array(rows);
  for (let j = 0; j < columns; j++) {
    for (let row = 0; row < rows; row++) column[row] = data[row * columns + j] ?? 0;
    const own = edgesOf(column);
    edges.push(own);
    for (let row = 0; row < rows; row++) {
      let [low, high] = [0, own.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((column[row] ?? 0) <= (own[middle] ?? 0)) high = middle;
        else low = middle + 1;
      }
      bins[j * rows + row] = low;
    }
  }
  return { bins, edges };
}

interface Split {
  readonly column: number;
  readonly bin: number;
}

/** Grows trees one at a time: Breiman, "Random forests", 2001; a split is the best Gini gain of sqrt(columns) columns. */
class Grower {
  readonly #train: LabelledFeatures;
  readonly #options: ForestOptions;
  readonly #classCount: number;
  readonly #binned: Binned;
  readonly #counts: Float64Array;
  readonly #cases: Uint32Array;
  readonly #order: Uint32Array;
  readonly nodes = {
    roots: [] as number[],
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    shares: [] as number[],
  };

  constructor(train: LabelledFeatures, classCount: number, options: ForestOptions) {
    this.#train = train;
    this.#options = options;
    this.#classCount = classCount;
    this.#binned = binned(train.features);
    this.#counts = new Float64Array(BINS * classCount);
    this.#cases = new Uint32Array(BINS);
    this.#order = Uint32Array.from({ length: train.features.columns }, (_, j) => j);
  }

  grow(tree: number): void {
    const next = randomStream(this.#options.seed, 'forest', tree);
    const { rows } = this.#train.features;
    const drawn = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const row = Math.floor(next() * rows);
      drawn[row] = (drawn[row] ?? 0) + (this.#train.weights[row] ?? 1);
    }
    const inBag = [...drawn.keys()].filter((row) => (drawn[row] ?? 0) > 0);
    // Columns in the order of the file at the start of each tree: a tree depends on the seed and its number alone.
    this.#order.forEach((_, j) => {
      this.#order[j] = j;
    });
    this.nodes.roots.push(this.#addNode());
    const open: { node: number; members: readonly number[]; depth: number }[] = [
      { node: this.nodes.roots.at(-1) ?? 0, members: inBag, depth: 0 },
    ];
    for (let work = open.pop(); work; work = open.pop()) {
      const { node, members, depth } = work;
      this.#describe(node, members, drawn);
      const split = depth < MAX_DEPTH ? this.#bestSplit(members, drawn, next) : undefined;
      if (!split) continue;
      const { bins, edges } = this.#binned;
      const goesLeft = (row: number) => (bins[split.column * rows + row] ?? 0) <= split.bin;
      const left = this.#addNode();
      const right = this.#addNode();
      this.nodes.feature[node] = split.column;
      this.nodes.threshold[node] = edges[split.column]?.[split.bin] ?? 0;
      this.nodes.left[node] = left;
      open.push({ node: right, members: members.filter((row) => !goesLeft(row)), depth: depth + 1 });
      open.push({ node: left, members: members.filter(goesLeft), depth: depth + 1 });
    }
  }

  #addNode(): number {
    this.nodes.feature.push(-1);
    this.nodes.threshold.push(0);
    this.nodes.left.push(0);
    for (let k = 0; k < this.#classCount; k++) this.nodes.shares.push(0);
    return this.nodes.feature.length - 1;
  }

  #describe(node: number, members: readonly number[], drawn: Float64Array): void {
    let total = 0;
    const own = new Float64Array(this.#classCount);
    for (const row of members) {
      const k = this.#train.classes[row] ?? 0;
      own[k] = (own[k] ?? 0) + (drawn[row] ?? 0);
      total += drawn[row] ?? 0;
    }
    own.forEach((value, k) => {
      this.nodes.shares[node * this.#classCount + k] = value / total;
    });
  }

  #bestSplit(members: readonly number[], drawn: Float64Array, next: () => number): Split | undefined {
    const first = this.#train.classes[members[0] ?? 0];
    const { minLeaf } = this.#options;
    if (members.length < 2 * minLeaf || members.every((row) => this.#train.classes[row] === first)) return undefined;
    const wanted = Math.max(1, Math.round(Math.sqrt(this.#order.length)));
    let best: (Split & { readonly gain: number }) | undefined;
    let looked = 0;
    // Columns that do not vary among these cases do not count: others are drawn for them.
    for (let i = 0; i < this.#order.length && looked < wanted; i++) {
      const other = i + Math.floor(next() * (this.#order.length - i));
      const column = this.#order[other] ?? 0;
      this.#order[other] = this.#order[i] ?? 0;
      this.#order[i] = column;
      const found = this.#bestBin(column, members, drawn);
      if (found === 'constant') continue;
      looked += 1;
      if (found && found.gain > (best?.gain ?? 1e-12)) best = { column, ...found };
    }
    return best;
  }

  #bestBin(
    column: number,
    members: readonly number[],
    drawn: Float64Array,
  ): { bin: number; gain: number } | 'constant' | undefined {
    const { rows } = this.#train.features;
    const { bins, edges } = this.#binned;
    const count = (edges[column]?.length ?? 0) + 1;
    const classCount = this.#classCount;
    const [counts, cases] = [this.#counts, this.#cases];
    counts.fill(0, 0, count * classCount);
    cases.fill(0, 0, count);
    const total = new Float64Array(classCount);
    for (const row of members) {
      const bin = bins[column * rows + row] ?? 0;
      const k = this.#train.classes[row] ?? 0;
      const at = bin * classCount + k;
      counts[at] = (counts[at] ?? 0) + (drawn[row] ?? 0);
      cases[bin] = (cases[bin] ?? 0) + 1;
      total[k] = (total[k] ?? 0) + (drawn[row] ?? 0);
    }
    if (cases.subarray(0, count).includes(members.length)) return 'constant';
    return this.#scan(count, members.length, total);
  }

  /** Gini gain of cutting after each bin: sum of squares over size, left and right. */
  #scan(count: number, memberCount: number, total: Float64Array): { bin: number; gain: number } | undefined {
    const classCount = this.#classCount;
    const left = new Float64Array(classCount);
    const all = total.reduce((a, b) => a + b, 0);
    const before = total.reduce((sum, value) => sum + value * value, 0) / all;
    let best: { bin: number; gain: number } | undefined;
    let [casesLeft, weightLeft] = [0, 0];
    for (let bin = 0; bin + 1 < count; bin++) {
      casesLeft += this.#cases[bin] ?? 0;
      for (let k = 0; k < classCount; k++) {
        const added = this.#counts[bin * classCount + k] ?? 0;
        left[k] = (left[k] ?? 0) + added;
        weightLeft += added;
      }
      if ((this.#cases[bin] ?? 0) === 0 || casesLeft < this.#options.minLeaf) continue;
      if (memberCount - casesLeft < this.#options.minLeaf) break;
      let [squaresLeft, squaresRight] = [0, 0];
      for (let k = 0; k < classCount; k++) {
        squaresLeft += (left[k] ?? 0) ** 2;
        squaresRight += ((total[k] ?? 0) - (left[k] ?? 0)) ** 2;
      }
      const gain = squaresLeft / weightLeft + squaresRight / (all - weightLeft) - before;
      if (gain > (best?.gain ?? 0)) best = { bin, gain };
    }
    return best;
  }
}

/** Tree t depends on the data, the seed and t alone: a smaller forest is the beginning of a larger one. */
export function fitForest(train: LabelledFeatures, classCount: number, options: ForestOptions): Forest {
  const grower = new Grower(train, classCount, options);
  for (let tree = 0; tree < options.trees; tree++) grower.grow(tree);
  const { roots, feature, threshold, left, shares } = grower.nodes;
  return {
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
    shares: Float32Array.from(shares),
    classCount,
  };
}

/** The first `trees` trees. */
export function firstTrees(forest: Forest, trees: number): Forest {
  if (trees >= forest.roots.length) return forest;
  const end = forest.roots[trees] ?? forest.feature.length;
  return {
    ...forest,
    roots: forest.roots.slice(0, trees),
    feature: forest.feature.slice(0, end),
    threshold: forest.threshold.slice(0, end),
    left: forest.left.slice(0, end),
    shares: forest.shares.slice(0, end * forest.classCount),
  };
}

function leafOf({ feature, threshold, left }: Forest, root: number, row: ArrayLike<number>): number {
  let node = root;
  for (let column = feature[node] ?? -1; column >= 0; column = feature[node] ?? -1) {
    const child = left[node] ?? 0;
    node = Math.fround(row[column] ?? 0) <= (threshold[node] ?? 0) ? child : child + 1;
  }
  return node;
}

/** Log of the mean of the leaves' class shares, with one more tree that knows nothing: never minus infinity. */
export function forestLogits(forest: Forest, row: ArrayLike<number>): number[] {
  const { roots, shares, classCount } = forest;
  const sums = new Array<number>(classCount).fill(1 / classCount);
  for (const root of roots) {
    const leaf = leafOf(forest, root, row);
    for (let k = 0; k < classCount; k++) sums[k] = (sums[k] ?? 0) + (shares[leaf * classCount + k] ?? 0);
  }
  return sums.map((sum) => Math.log(sum / (roots.length + 1)));
}

export const forestTableLogits = (forest: Forest, table: FeatureTable): number[][] =>
  Array.from({ length: table.rows }, (_, row) => forestLogits(forest, rowOf(table, row)));
