import { expect, test } from 'vitest';
import { UnitMetrics } from '../../../main/contract/models.ts';
import { AppError } from '../../../main/domain/errors.ts';
import { normalAt } from '../../../main/domain/random.ts';
import { splitByFractions } from '../../../main/domain/split/splitByFractions.ts';
import { splitIntoFolds } from '../../../main/domain/split/splitIntoFolds.ts';
import { evaluateBaselines } from '../../../main/learning/evaluation/evaluateBaselines.ts';
import { evaluatePredictions } from '../../../main/learning/evaluation/evaluatePredictions.ts';
import { unitMetrics } from '../../../main/learning/evaluation/unitMetrics.ts';

const n = 160;
const side = 12;
const classIndices = Array.from({ length: n }, (_, i) => Math.floor(i / 2) % 2);
const caseIds = classIndices.map((_, i) => `case ${i}`);
const patientIds = classIndices.map((_, i) => `p${Math.floor(i / 2)}`);
const tensors = Uint16Array.from({ length: n * side * side }, (_, k) => {
  const isBright = classIndices[Math.floor(k / (side * side))] === 1 && k % (side * side) < 24;
  return 30_000 + 6_000 * (normalAt(3, k) + (isBright ? 0.8 : 0));
});
const classes = ['benign', 'malign'];
const splitCases = caseIds.map((caseId, i) => ({
  caseId,
  patientId: patientIds[i] ?? '',
  className: classes[classIndices[i] ?? 0] ?? '',
}));
const input = {
  unit: 'image',
  classes,
  caseIds,
  patientIds,
  tensors,
  shape: [n, 1, side, side] as const,
  classIndices,
  thresholdRule: { kind: 'youden' } as const,
};

test('evaluates both baselines on the test split, or pooled over folds', () => {
  const { assignment } = splitByFractions(splitCases, { train: 0.6, val: 0.2, test: 0.2 }, 1);
  const parts = caseIds.map((id) => assignment.get(id));
  const [prevalence, linear] = evaluateBaselines({ ...input, partitions: [parts] });
  expect(prevalence?.evaluation.perCase.auroc?.value).toBe(0.5);
  expect(linear?.evaluation.perCase.auroc?.value).toBeGreaterThan(0.8);
  expect(linear?.evaluation.perCase.nCases).toBe(parts.filter((part) => part === 'test').length);
  const { folds } = splitIntoFolds(splitCases, 4, 1);
  const pooled = evaluateBaselines({ ...input, partitions: folds.map((fold) => caseIds.map((id) => fold.get(id))) });
  expect(pooled[1]?.evaluation.perCase).toMatchObject({ nCases: n, nPatients: n / 2 });
  expect(pooled[1]?.evaluation.perPatient?.nCases).toBe(n / 2);
  expect(pooled[1]?.evaluation.perCase.auroc?.value).toBeGreaterThan(0.8);
});

test('unitMetrics fits the contract; a class without cases is refused', () => {
  const cases = caseIds.map((caseId, i) => ({
    caseId,
    patientId: patientIds[i] ?? '',
    trueClass: classes[classIndices[i] ?? 0] ?? '',
    logits: [0, normalAt(5, i) + (classIndices[i] ?? 0)],
  }));
  const evaluation = evaluatePredictions({ unit: 'image', cases, classes });
  const metrics = unitMetrics(evaluation.perCase);
  expect(UnitMetrics.parse(metrics)).toEqual(metrics);
  expect(metrics.roc[0]?.threshold).toBeGreaterThan(metrics.roc[1]?.threshold ?? 1);
  const oneClass = evaluatePredictions({
    unit: 'image',
    cases: cases.filter((c) => c.trueClass === 'benign'),
    classes,
  });
  expect(() => unitMetrics(oneClass.perCase)).toThrow(AppError);
});
