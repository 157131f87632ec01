import { describe, expect, it } from 'vitest';
import { augmentationGaps } from '../../../main/contract/augmentationGaps.ts';
import type { SnapshotFingerprint } from '../../../main/contract/training/fingerprint.ts';
import { type EpochRow, TrainingConfig, type TrainingPlan } from '../../../main/contract/training.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { costEstimate } from '../../../main/learning/network/costEstimate.ts';
import { overfittingHint } from '../../../main/learning/training/overfittingHint.ts';
import { architectureCosts } from '../../../main/learning/training/plan/architectureCosts.ts';
import { speedFromImages } from '../../../main/learning/training/plan/estimate.ts';
import { planTraining } from '../../../main/learning/training/plan/planTraining.ts';

const gigabyte = 1024 ** 3;

function fingerprint(extra: Partial<SnapshotFingerprint> = {}): SnapshotFingerprint {
  return {
    ...{
      snapshot: 'snapshot-1',
      task: 'classification',
      unit: 'image',
      size: 128,
      channels: 1,
      cases: 1000,
      patients: 500,
    },
    ...{ trainCases: 700, valCases: 150, leastTestCases: 50, hasWindow: false },
    classes: [
      { name: 'no', cases: 500, patients: 250 },
      { name: 'yes', cases: 200, patients: 100 },
    ],
    intensities: { mean: 0.4, standardDeviation: 0.2, atBlack: 0.1, atWhite: 0 },
    device: { id: 'cpu', title: 'CPU', memoryBytes: 16 * gigabyte, trainingSpeed: 30e9 },
    ...extra,
  };
}
const source = (modality: string, bodyPart?: string): SnapshotFingerprint['source'] => ({
  ...{ images: 100, modalities: [{ modality, images: 100 }], side: { low: 512, median: 512, high: 512 } },
  ...(bodyPart === undefined ? {} : { bodyPart }),
});
const choice = (plan: TrainingPlan, key: string) => plan.choices?.find((made) => made.key === key);

describe('planTraining', () => {
  it('proposes what fits the number of cases, with a reason for each choice', () => {
    const plan = planTraining(fingerprint());
    expect(plan.config).toMatchObject({ architecture: 'resnet18', mode: 'scratch', backbone: 'none', batchSize: 16 });
    expect(plan.reasons.classWeights).toMatch(/2\.5 times/);
    expect(plan.estimate.totalSeconds).toBeCloseTo(plan.config.epochs * plan.estimate.secondsPerEpoch, 6);
    for (const { title, value, reason } of plan.choices ?? []) {
      expect(value, title).not.toBe('');
      expect(reason, title).toMatch(/[.]$/);
    }
    const few = planTraining(fingerprint({ cases: 60, trainCases: 40, valCases: 10 }));
    expect(few.config).toMatchObject({ architecture: 'small-cnn', batchSize: 8 });
    expect(few.estimate.totalSeconds).toBeLessThan(plan.estimate.totalSeconds);
  });

  it('is a pure function: the same numbers give the same plan, and its configuration is one', () => {
    const given = fingerprint({ source: source('CT'), hasWindow: true });
    expect(planTraining(given)).toEqual(planTraining(structuredClone(given)));
    const { config } = planTraining(given);
    expect(TrainingConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('follows wishes, freezes early stages with few cases, and counts every fold', () => {
    const given = fingerprint({ cases: 600, folds: 4, unit: 'lesion', trainCases: 150, valCases: 60 });
    const frozen = planTraining(given, { mode: 'features', architecture: 'resnet18' });
    expect(frozen.config).toMatchObject({
      mode: 'features',
      backbone: 'random',
      augmentation: { flipHorizontal: true },
    });
    const stages = ['maxpool', 'layer1', 'layer2', 'layer3', 'layer4'];
    const tuned = planTraining(given, { backbone: 'model-1', stages });
    expect(tuned.config).toMatchObject({
      ...{ mode: 'fine-tune', backbone: 'model-1', freezeBelow: 'layer2', warmUpEpochs: 1 },
      batchNorm: { reestimated: true, frozen: false },
    });
    expect(tuned.estimate.totalSeconds).toBeCloseTo(4 * tuned.config.epochs * tuned.estimate.secondsPerEpoch, 6);
    expect(planTraining(fingerprint(), { backbone: 'model-1', stages }).config.freezeBelow).toBeUndefined();
  });

  it('takes the small network where the measured device would need many hours for the large one', () => {
    const slow = fingerprint({ device: { id: 'cpu', title: 'CPU', memoryBytes: 8 * gigabyte, trainingSpeed: 1e9 } });
    const { config, reasons } = planTraining(slow);
    expect(config.architecture).toBe('small-cnn');
    expect(reasons.architecture).toMatch(/ResNet-18 would take about \d+(\.\d)? h on this machine/);
    expect(planTraining(slow, { architecture: 'resnet18' }).config.architecture).toBe('resnet18');
  });

  it('takes fewer cases at once where memory is short', () => {
    const device = { id: 'cpu', title: 'CPU', memoryBytes: 1.2 * gigabyte, trainingSpeed: 30e9 };
    const { config, reasons } = planTraining(fingerprint({ device, size: 224 }), { architecture: 'resnet18' });
    expect(config.batchSize).toBeLessThan(16);
    expect(reasons.batchSize).toMatch(/memory/);
  });

  it('changes pictures as their kind allows, and mirrors nothing where the answer names a side', () => {
    const titleFor = (extra: Partial<SnapshotFingerprint>) =>
      choice(planTraining(fingerprint(extra)), 'augmentation')?.value;
    expect(titleFor({ unit: 'lesion' })).toBe('Crop around a lesion');
    expect(titleFor({ unit: 'lesion', sideWord: 'left' })).toBe('Standard');
    expect(titleFor({ source: source('CT'), hasWindow: true })).toBe('CT slice');
    expect(titleFor({ source: source('CT') })).toBe('Standard');
    expect(titleFor({ source: source('MR') })).toBe('MR slice');
    expect(titleFor({ source: source('DX', 'CHEST') })).toBe('Chest radiograph');
    expect(titleFor({ source: source('DX', 'HAND') })).toBe('Standard');
    const question = { target: 'side', classes: ['left', 'right'], unit: 'lesion' };
    const { config } = planTraining(fingerprint({ unit: 'lesion', sideWord: 'left' }));
    expect(augmentationGaps(config.augmentation, question)).toEqual([]);
  });

  it('shows rare classes more often only where they are very rare', () => {
    const classes = (rare: number) => [
      { name: 'no', cases: 500, patients: 500 },
      { name: 'yes', cases: rare, patients: rare },
    ];
    expect(planTraining(fingerprint({ classes: classes(20) })).config).toMatchObject({
      sampling: 'balanced',
      classWeights: false,
    });
    expect(planTraining(fingerprint({ classes: classes(100) })).config).toMatchObject({
      sampling: 'shuffled',
      classWeights: true,
    });
  });

  it('gives advice on what only another dataset or a test can change', () => {
    const plan = planTraining(
      fingerprint({
        leastTestCases: 8,
        source: { ...source('DX'), images: 10, modalities: [], side: { low: 2000, median: 2500, high: 3000 } },
        device: { id: 'cpu', title: 'CPU', memoryBytes: 16 * gigabyte },
      }),
    );
    expect(choice(plan, 'size')).toMatchObject({
      isAdvice: true,
      reason: expect.stringMatching(/2500 pixels wide, 20 times/),
    });
    expect(choice(plan, 'folds')).toMatchObject({ isAdvice: true, reason: expect.stringMatching(/Only 8 test cases/) });
    expect(choice(plan, 'device')).toMatchObject({ isAdvice: true, reason: expect.stringMatching(/Not measured yet/) });
    expect(planTraining(fingerprint({ source: source('CT') })).choices?.filter(({ isAdvice }) => isAdvice)).toEqual([]);
  });

  it('turns a measured rate of training into the time of another network', () => {
    const speed = speedFromImages('resnet18', 128, 20) ?? 0;
    const device = { id: 'webgpu', title: 'GPU', memoryBytes: 16 * gigabyte, trainingSpeed: speed };
    const { estimate, config } = planTraining(fingerprint({ device, trainCases: 1600, valCases: 0 }));
    expect(config.architecture).toBe('resnet18');
    expect(estimate.secondsPerEpoch).toBeCloseTo(1600 / 20, 3);
  });

  it('knows what the networks cost', () => {
    for (const id of ['small-cnn', 'resnet18', 'mobilenet-v2'] as const) {
      const network = architectureOf(id).build({ channels: 1, classes: 2, seed: 1, isBlank: true });
      const cost = costEstimate(network, [1, 128, 128]);
      const known = architectureCosts[id];
      expect(known.parameters).toBe(cost.parameters);
      expect(known.multiplyAddsPerPixel).toBeCloseTo(cost.multiplyAdds / 128 ** 2, -1);
      expect(known.activationBytesPerPixel / (cost.activationBytes / 128 ** 2)).toBeCloseTo(1, 2);
    }
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
