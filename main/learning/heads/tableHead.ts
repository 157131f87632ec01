import { AppError } from '../../domain/errors.ts';
import type { Program } from '../engine/program.ts';
import { float32, float32Data, type Tensor, type Tensors } from '../network/tensor.ts';
import { type Forest, forestLogits } from './forest.ts';
import { type Neighbours, neighbourLogits } from './neighbours.ts';

/** A head that no graph of ours holds: it works on the features that the network gives as its logits. */
export type TableHead =
  | { readonly kind: 'forest'; readonly forest: Forest }
  | { readonly kind: 'knn'; readonly neighbours: Neighbours };

/** Logits per class from the features of one case. */
export function tableHeadLogits(head: TableHead, features: ArrayLike<number>): number[] {
  return head.kind === 'forest' ? forestLogits(head.forest, features) : neighbourLogits(head.neighbours, features);
}

/** The program with the head after it: what it calls `logits` are logits then, not features. One case or many. */
export function withTableHead(program: Program, head: TableHead): Program {
  return {
    run: async (feeds) => {
      const outputs = await program.run(feeds);
      const [rows = 1, columns = 0] = outputs.logits?.shape ?? [];
      const features = float32Data(outputs.logits);
      const logits = Array.from({ length: rows }, (_, row) =>
        tableHeadLogits(head, features.subarray(row * columns, (row + 1) * columns)),
      );
      return { ...outputs, logits: float32([rows, logits[0]?.length ?? 0], logits.flat()) };
    },
    dispose: () => program.dispose(),
  };
}

const vector = (values: ArrayLike<number>): Tensor => float32([values.length], values);

/** As float32 tensors, all names below `head.`: whole numbers stay exact up to 2^24. */
export function tensorsOfHead(head: TableHead): Tensors {
  if (head.kind === 'forest') {
    const { roots, feature, threshold, left, shares, classCount } = head.forest;
    return {
      'head.roots': vector(roots),
      'head.feature': vector(feature),
      'head.threshold': vector(threshold),
      'head.left': vector(left),
      'head.shares': float32([feature.length, classCount], shares),
    };
  }
  const { mean, deviation, rows, classes, weights, k, classCount } = head.neighbours;
  return {
    'head.mean': vector(mean),
    'head.deviation': vector(deviation),
    'head.rows': float32([classes.length, mean.length], rows),
    'head.classes': vector(classes),
    'head.weights': vector(weights),
    'head.k': vector([k]),
    'head.class_count': vector([classCount]),
  };
}

/** The head among the tensors of a checkpoint or head file. Throws `model-damaged`. */
export function headOfTensors(tensors: Tensors): TableHead {
  const values = (name: string): Float32Array => {
    const data = tensors[`head.${name}`]?.data;
    if (!(data instanceof Float32Array)) throw new AppError('model-damaged', `The head lacks its ${name}.`);
    return data;
  };
  const whole = (name: string): Int32Array => Int32Array.from(values(name));
  if (tensors['head.roots']) {
    const classCount = tensors['head.shares']?.shape[1] ?? 0;
    const forest = {
      ...{ roots: whole('roots'), feature: whole('feature'), threshold: values('threshold') },
      ...{ left: whole('left'), shares: values('shares'), classCount },
    };
    return { kind: 'forest', forest };
  }
  const neighbours = {
    ...{ mean: values('mean'), deviation: values('deviation'), rows: values('rows') },
    ...{ classes: whole('classes'), weights: values('weights') },
    ...{ k: values('k')[0] ?? 1, classCount: values('class_count')[0] ?? 2 },
  };
  return { kind: 'knn', neighbours };
}
