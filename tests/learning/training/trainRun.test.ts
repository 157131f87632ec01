import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelCard } from '../../../main/contract/models.ts';
import { sha256Hex } from '../../../main/learning/dataset/canonicalJson.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import type { TrainProgress } from '../../../main/learning/training/run.ts';
import { readRunLog } from '../../../main/learning/training/runFolder.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
let snapshot: string;
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 40);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const modelOf = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));

describe('training', () => {
  it('gives the same bytes for the same snapshot, configuration and seed', async () => {
    const progress: TrainProgress[] = [];
    const first = await train(runInput(root, 'a', snapshot, smallConfig()), (p) => progress.push(p));
    await train(runInput(root, 'b', snapshot, smallConfig()));
    await train(runInput(root, 'c', snapshot, smallConfig({ seed: 2 })));
    expect(modelOf('a').equals(modelOf('b'))).toBe(true);
    expect(modelOf('a').equals(modelOf('c'))).toBe(false);
    expect(first).toMatchObject({ status: 'finished', metrics: { valLoss: expect.any(Number) } });
    expect(progress.filter((p) => p.kind === 'epoch').map((p) => p.row.epoch)).toEqual([1, 2, 3]);
    expect(progress.filter((p) => p.kind === 'step')).toHaveLength(21);
    expect(readRunLog(path.join(root, 'a'))).toHaveLength(3);
    expect(modelOf('a').includes(path.basename(root))).toBe(false);
  });

  it('writes a card that says what was seen, and nothing of the test split', async () => {
    const card = ModelCard.parse(JSON.parse(readFileSync(path.join(root, 'a-model', 'model-card.json'), 'utf8')));
    const { manifest, splits } = openSnapshot(snapshot);
    if (splits.kind !== 'split') throw new Error('not a split');
    expect(card).toMatchObject({ classes: ['dark', 'light'], positive: 'light', snapshotHash: manifest.hash });
    expect(card.preprocessing).toEqual(manifest.preprocessing);
    expect(card.threshold?.rule).toMatch(/Youden/);
    manifest.cases.forEach((c, i) => {
      expect(card.seenPatients.includes(sha256Hex(c.patientId))).toBe(splits.parts[i] !== 'test');
      expect(card.seenPixels.includes(c.frameSha256)).toBe(splits.parts[i] !== 'test');
    });
  });

  it('learns 16 images by heart', async () => {
    const few = await discSnapshot(root, 24, { partition: { kind: 'split', train: 0.67, val: 0.33, test: 0 } });
    const config = smallConfig({ epochs: 40, batchSize: 8, patience: 40, learningRate: 3e-3 });
    const { epochs } = await train(runInput(root, 'overfit', few, config));
    expect(openSnapshot(few).splits).toMatchObject({ kind: 'split' });
    expect(epochs.at(-1)?.loss).toBeLessThan(0.05);
    expect(epochs.at(-1)?.trainAuroc).toBeGreaterThan(0.95);
  });

  it('pauses in the middle of an epoch and resumes to the same bytes', async () => {
    const paused = await train(runInput(root, 'paused', snapshot, smallConfig()), (p, control) => {
      if (p.kind === 'step' && p.epoch === 2 && p.step === 3) control.pause();
    });
    expect(paused).toMatchObject({ status: 'paused', epochs: { length: 1 } });
    expect(existsSync(path.join(root, 'paused-model'))).toBe(false);
    await expect(train(runInput(root, 'paused', snapshot, smallConfig()))).rejects.toMatchObject({ code: 'conflict' });
    const resumed = await train(runInput(root, 'paused', snapshot));
    expect(resumed.status).toBe('finished');
    expect(modelOf('paused').equals(modelOf('a'))).toBe(true);
  });

  it('stops when asked and keeps the best model so far', async () => {
    const config = smallConfig({ epochs: 50 });
    const stopped = await train(runInput(root, 'stopped', snapshot, config), (p, control) => {
      if (p.kind === 'step' && p.epoch === 3) control.stop();
    });
    expect(stopped).toMatchObject({ status: 'stopped', epochs: { length: 2 } });
    expect(existsSync(path.join(root, 'stopped-model', 'model.onnx'))).toBe(true);
  });

  it('ends when the time is over, an epoch at least being finished', async () => {
    const config = smallConfig({ epochs: 50, timeLimitMinutes: 1e-6 });
    const limited = await train(runInput(root, 'limited', snapshot, config));
    expect(limited).toMatchObject({ status: 'finished', bestEpoch: 1, epochs: { length: 1 } });
  });

  it('ends with a plain message when the loss is no number, the last checkpoint being whole', async () => {
    const config = smallConfig({ learningRate: 1e30, optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0 } });
    const failed = train({ ...runInput(root, 'diverged', snapshot, config), checkpointSeconds: 0 });
    await expect(failed).rejects.toMatchObject({ code: 'loss-not-finite', message: expect.stringMatching(/./) });
  });

  it('refuses a damaged checkpoint', async () => {
    await train(runInput(root, 'damaged', snapshot, smallConfig()), (p, control) => {
      if (p.kind === 'step' && p.step === 2) control.pause();
    });
    const file = path.join(root, 'damaged', 'last.checkpoint');
    const bytes = readFileSync(file);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(train(runInput(root, 'damaged', snapshot))).rejects.toMatchObject({ code: 'checkpoint-damaged' });
  });

  it('trains the head on cached features and starts from a model of ours', async () => {
    const random = smallConfig({ mode: 'features', backbone: 'random', epochs: 2 });
    expect((await train(runInput(root, 'features', snapshot, random))).status).toBe('finished');
    const other = await discSnapshot(root, 41, { seed: 5 });
    const tuned = train({
      ...runInput(root, 'tuned', other, smallConfig({ mode: 'fine-tune', backbone: 'model-a' })),
      backbonePath: path.join(root, 'a-model'),
    });
    await expect(tuned).rejects.toMatchObject({ code: 'seen-in-training' });
    const same = await train({
      ...runInput(root, 'tuned-same', snapshot, smallConfig({ mode: 'fine-tune', backbone: 'model-a', epochs: 1 })),
      backbonePath: path.join(root, 'a-model'),
    });
    expect(same).toMatchObject({ status: 'finished', model: { card: { architecture: 'small-cnn' } } });
  });
});
