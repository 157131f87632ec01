import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Augmentation } from '../../../../main/contract/augmentation.ts';
import { ModelCard } from '../../../../main/contract/models.ts';
import { TestTimeAugmentation } from '../../../../main/contract/testTimeAugmentation.ts';
import { softmax } from '../../../../main/domain/statistics/scores.ts';
import { openSnapshot } from '../../../../main/learning/dataset/openSnapshot.ts';
import { networkInput } from '../../../../main/learning/dataset/preprocess.ts';
import { float32, float32Data } from '../../../../main/learning/network/tensor.ts';
import { loadModel } from '../../../../main/learning/prediction/loadModel.ts';
import { evaluateClasses } from '../../prediction/evaluateClasses.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from '../smallRun.ts';

/** Every change there is, but the window that the snapshot does not have. */
const augmentation = Augmentation.parse({
  ...{ flipVertical: true, zoom: 0.2, shear: 0.1, elastic: 0.03, blur: 0.03, gamma: 0.3, noise: 0.2 },
  ...{ erasing: 0.5, mixup: 0.4, cutmix: 1 },
});
const config = smallConfig({ augmentation, epochs: 2 });
let root: string;
let snapshot: string;
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 40);
  await train(runInput(root, 'whole', snapshot, config));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fileOf = (run: string, name: string) => readFileSync(path.join(root, `${run}-model`, name));

describe('training with every change', () => {
  it('resumes in the middle of an epoch to the same bytes', async () => {
    const paused = await train(runInput(root, 'paused', snapshot, config), (p, control) => {
      if (p.kind === 'step' && p.epoch === 2 && p.step === 2) control.pause();
    });
    expect(paused.status).toBe('paused');
    await train(runInput(root, 'paused', snapshot));
    expect(fileOf('paused', 'model.onnx').equals(fileOf('whole', 'model.onnx'))).toBe(true);
  });

  it('is written into the model card; without it the weights are others', async () => {
    const card = ModelCard.parse(JSON.parse(fileOf('whole', 'model-card.json').toString('utf8')));
    expect(card.augmentation).toEqual(augmentation);
    await train(runInput(root, 'unmixed', snapshot, smallConfig({ epochs: 2 })));
    expect(fileOf('unmixed', 'model.onnx').equals(fileOf('whole', 'model.onnx'))).toBe(false);
  });
});

const evaluated = (tta?: object, model = 'whole') =>
  evaluateClasses(
    {
      modelPath: path.join(root, `${model}-model`),
      ...{ snapshotDirectory: snapshot, split: 'test', threads: 1 },
      ...(tta ? { tta: TestTimeAugmentation.parse(tta) } : {}),
    },
    { progress: () => undefined, signal: new AbortController().signal },
  );

/** softmax of the model on given levels, by its own program. */
async function scoresOf(pictures: readonly Uint16Array[]): Promise<number[][]> {
  const model = loadModel(path.join(root, 'whole-model'), { device: 'cpu', threads: 1 });
  const [loaded] = model.networks;
  if (!loaded) throw new Error('a model without networks');
  const program = await loaded.inference();
  const rows: number[][] = [];
  for (const levels of pictures) {
    const x = networkInput(levels, model.preprocessing);
    const outputs = await program.run({ [loaded.network.input]: float32([1, 1, 16, 16], x) });
    rows.push(softmax([...float32Data(outputs.logits)]));
  }
  await model.dispose();
  return rows;
}

describe('an evaluation over several views', () => {
  it('averages the scores of each picture and its mirror image', async () => {
    const { cases } = await evaluated({ flipVertical: true });
    const { levelsOf } = openSnapshot(snapshot);
    for (const { caseIndex, scores } of cases) {
      const levels = levelsOf(caseIndex);
      const mirrored = Uint16Array.from(levels, (_, i) => levels[(15 - Math.floor(i / 16)) * 16 + (i % 16)] ?? 0);
      const [plain, mirror] = await scoresOf([levels, mirrored]);
      scores.forEach((score, k) => {
        expect(score).toBeCloseTo(((plain?.[k] ?? 0) + (mirror?.[k] ?? 0)) / 2, 6);
      });
    }
  });

  it('is the plain one where nothing is on, and the same each time', async () => {
    const plain = await evaluated();
    expect((await evaluated({})).cases).toEqual(plain.cases);
    expect(plain.evaluation.threshold.rule).toBe('largest Youden index on validation');
    const turned = await evaluated({ rotationDegrees: 8, shift: 0.1 });
    expect(turned.cases).not.toEqual(plain.cases);
    expect(turned.evaluation.threshold.rule).toMatch(/on validation, over the same views$/);
    expect((await evaluated({ rotationDegrees: 8, shift: 0.1 })).cases).toEqual(turned.cases);
  });

  it('refuses mirrors that the model never learned from', async () => {
    await expect(evaluated({ flipHorizontal: true })).rejects.toThrow(
      /trained without pictures mirrored left to right/,
    );
    await expect(evaluated({ flipVertical: true }, 'unmixed')).rejects.toThrow(/top to bottom/);
  });
});
