import { expect, test } from 'vitest';
import { randomStream } from '../../../main/domain/random.ts';
import { softmax } from '../../../main/domain/statistics/scores.ts';
import { type LabelledFeatures, rowOf, tableOf } from '../../../main/learning/heads/featureTable.ts';
import { headTrials } from '../../../main/learning/heads/fitHead.ts';
import { firstTrees, fitForest, forestLogits, forestTableLogits } from '../../../main/learning/heads/forest.ts';
import { decodeHead, encodeHead } from '../../../main/learning/heads/headFile.ts';
import { nearest, neighbourLogits, rememberCases } from '../../../main/learning/heads/neighbours.ts';
import { tableHeadLogits } from '../../../main/learning/heads/tableHead.ts';

/** Class 1 lies in two opposite corners of the first two columns: no line tells it. */
function corners(rows: number, seed: number, classes = 2): LabelledFeatures {
  const next = randomStream(seed, 'corners');
  const points = Array.from({ length: rows }, () => Float32Array.from({ length: 6 }, () => next() * 2 - 1));
  const classOf = ([a = 0, b = 0, c = 0]: Float32Array) => (classes > 2 && c > 0.4 ? 2 : Number(a * b > 0));
  return { features: tableOf(points), classes: points.map(classOf), weights: points.map(() => 1) };
}

const share = (logits: readonly number[][], classes: readonly number[]): number =>
  logits.filter((row, i) => row.indexOf(Math.max(...row)) === classes[i]).length / classes.length;

test.each([2, 3])('a forest learns what no line tells, %i classes', (classes) => {
  const [train, unseen] = [corners(400, 1, classes), corners(400, 2, classes)];
  const forest = fitForest(train, classes, { trees: 60, minLeaf: 1, seed: 1 });
  expect(share(forestTableLogits(forest, unseen.features), unseen.classes)).toBeGreaterThan(0.88);
  const scores = softmax(forestLogits(forest, rowOf(unseen.features, 0)));
  expect(scores.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
});

test('the same seed gives the same forest, another seed another; a smaller forest is the beginning of a larger', () => {
  const train = corners(120, 3);
  const options = { trees: 12, minLeaf: 2, seed: 5 };
  const forest = fitForest(train, 2, options);
  expect(fitForest(train, 2, options)).toEqual(forest);
  expect(fitForest(train, 2, { ...options, seed: 6 })).not.toEqual(forest);
  expect(firstTrees(forest, 5)).toEqual(fitForest(train, 2, { ...options, trees: 5 }));
});

test('no leaf of a tree is smaller than asked for, and class weights count', () => {
  const train = corners(100, 4);
  const forest = fitForest({ ...train, weights: train.classes.map((k) => (k === 1 ? 50 : 1)) }, 2, {
    ...{ trees: 20, minLeaf: 40, seed: 1 },
  });
  const mean = (rows: readonly number[][]) => rows.reduce((sum, row) => sum + (softmax(row)[1] ?? 0), 0) / rows.length;
  expect(mean(forestTableLogits(forest, train.features))).toBeGreaterThan(0.85);
  expect(forest.feature.length).toBeLessThanOrEqual(20 * 5);
});

test('neighbours are those of a plain search, and vote by their weights', () => {
  const train = corners(80, 7);
  const model = rememberCases(train, 2, 3);
  const row = Float32Array.from([0.3, -0.2, 0.5, 0, 0.1, -0.9]);
  const scaled = (x: ArrayLike<number>) =>
    Array.from(x, (v, j) => (v - (model.mean[j] ?? 0)) / (model.deviation[j] ?? 1));
  const own = scaled(row);
  const distance = (i: number) =>
    Math.hypot(...scaled(rowOf(train.features, i)).map((value, j) => value - (own[j] ?? 0)));
  const order = [...train.classes.keys()].sort((a, b) => distance(a) - distance(b));
  expect(nearest(model, row, 10)).toEqual(order.slice(0, 10));
  const votes = order.slice(0, 3).filter((i) => train.classes[i] === 1).length;
  expect(softmax(neighbourLogits(model, row))[1]).toBeCloseTo((votes + 0.5) / 4, 6);
});

test('a head file gives back the head, bit for bit', () => {
  const train = corners(60, 9, 3);
  const heads = [
    { kind: 'forest' as const, forest: fitForest(train, 3, { trees: 4, minLeaf: 1, seed: 1 }) },
    { kind: 'knn' as const, neighbours: rememberCases(train, 3, 5) },
  ];
  for (const head of heads) {
    const text = encodeHead(head);
    const back = decodeHead(text);
    expect(encodeHead(back)).toBe(text);
    const row = rowOf(corners(1, 11).features, 0);
    expect(tableHeadLogits(back, row)).toEqual(tableHeadLogits(head, row));
  }
  expect(() => decodeHead('{"format":"else"}')).toThrow(/cannot be read/);
});

test('settings are judged on validation cases alone', () => {
  const [train, val] = [corners(150, 12), corners(80, 13)];
  const problem = { train, val, classCount: 2, seed: 1 };
  const turned = { ...problem, val: { ...val, classes: val.classes.map((k) => 1 - k) } };
  for (const kind of ['logistic', 'forest', 'knn'] as const) {
    const [first] = [...headTrials(kind, problem)];
    const [other] = [...headTrials(kind, turned)];
    // Other validation answers, another loss; the fit on the training cases stays.
    expect(other?.valLoss).not.toBe(first?.valLoss);
    expect(other?.trainLoss).toBe(first?.trainLoss);
  }
});
