import { describe, expect, it } from 'vitest';
import type { SnapshotSummary } from '../../../main/contract/datasets.ts';
import type { EpochRow } from '../../../main/contract/training.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { costEstimate } from '../../../main/learning/network/costEstimate.ts';
import { overfittingHint } from '../../../main/learning/training/overfittingHint.ts';
import { architectureCosts, planTraining } from '../../../main/learning/training/planTraining.ts';

const summary = (extra: Partial<SnapshotSummary> = {}): SnapshotSummary => ({
  ...{
    id: 'snapshot-1',
    hash: 'h',
    path: '/x',
    target: 'Finding',
    unit: 'image',
    classes: ['no', 'yes'],
    positive: 'yes',
  },
  ...{ cases: 1000, patients: 500, size: 128, channels: 1, createdAt: '2026-01-01T00:00:00Z' },
  ...extra,
});
const part = (no: number, yes: number) => ({ no: { cases: no, patients: no }, yes: { cases: yes, patients: yes } });

describe('planTraining', () => {
  it('proposes what fits the number of cases, with a reason for each choice', () => {
    const counts = { train: part(500, 200), val: part(100, 50), test: part(100, 50) };
    const { config, reasons, estimate } = planTraining({ summary: summary(), counts });
    expect(config).toMatchObject({ architecture: 'resnet18', mode: 'scratch', backbone: 'none', batchSize: 16 });
    expect(reasons.classWeights).toMatch(/2\.5 times/);
    expect(estimate.totalSeconds).toBeCloseTo(config.epochs * estimate.secondsPerEpoch, 6);
    const few = planTraining({
      summary: summary({ cases: 60 }),
      counts: { train: part(20, 20), val: part(5, 5), test: part(5, 5) },
    });
    expect(few.config).toMatchObject({ architecture: 'small-cnn', batchSize: 8 });
    expect(few.estimate.totalSeconds).toBeLessThan(estimate.totalSeconds);
  });

  it('follows wishes and counts every fold', () => {
    const counts = {
      'fold-1': part(100, 50),
      'fold-2': part(100, 50),
      'fold-3': part(100, 50),
      'fold-4': part(100, 50),
    };
    const folds = planTraining(
      { summary: summary({ cases: 600, folds: 4, unit: 'lesion' }), counts },
      { mode: 'features', architecture: 'resnet18' },
    );
    expect(folds.config).toMatchObject({
      mode: 'features',
      backbone: 'random',
      augmentation: { flipHorizontal: true },
    });
    const tuned = planTraining({ summary: summary({ cases: 600, folds: 4 }), counts }, { backbone: 'model-1' });
    expect(tuned.config).toMatchObject({
      mode: 'fine-tune',
      backbone: 'model-1',
      augmentation: { flipHorizontal: false },
    });
    expect(tuned.estimate.totalSeconds).toBeCloseTo(4 * tuned.config.epochs * tuned.estimate.secondsPerEpoch, 6);
  });

  it('knows what the networks cost', () => {
    const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
    const cost = costEstimate(network, [1, 128, 128]);
    const known = architectureCosts['small-cnn'];
    expect(known.parameters).toBe(cost.parameters);
    expect(known.multiplyAddsPerPixel).toBeCloseTo(cost.multiplyAdds / 128 ** 2, 0);
    expect(known.activationBytesPerPixel / (cost.activationBytes / 128 ** 2)).toBeCloseTo(1, 2);
  });
});

describe('overfittingHint', () => {
  const rows = (losses: [number, number][], extra: Partial<EpochRow> = {}): EpochRow[] =>
    losses.map(([loss, valLoss], i) => ({
      ...{ epoch: i + 1, loss, valLoss, learningRate: 1e-3, seconds: 1, etaSeconds: 1, isBest: false },
      ...extra,
    }));

  it('names the epoch from which the network learned by heart', () => {
    const hint = overfittingHint(rows([[0.6, 0.6], [0.4, 0.45], [0.3, 0.5], [0.15, 0.6], [0.05, 0.8]])); // biome-ignore format: pairs
    expect(hint).toMatch(/by heart.*best in epoch 2/);
  });

  it('is silent at the start, and says when nothing was learned or it still improves', () => {
    expect(overfittingHint(rows([[0.6, 0.6]]))).toBeUndefined();
    expect(overfittingHint(rows(Array.from({ length: 6 }, () => [0.69, 0.7] as [number, number])))).toMatch(
      /hardly learned/,
    );
    const falling = Array.from({ length: 8 }, (_, i) => [0.6 - i / 20, 0.62 - i / 20] as [number, number]);
    expect(overfittingHint(rows(falling))).toMatch(/getting better/);
    expect(overfittingHint(rows(falling, { trainAuroc: 0.99, valAuroc: 0.7 }))).toMatch(/AUROC 0.99/);
  });
});
