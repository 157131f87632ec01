import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRunLog } from '../../../main/learning/training/runFolder.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
let snapshot: string;
/** A model of another dataset to start from. */
let backbonePath: string;
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 24);
  await train(runInput(root, 'base', snapshot, smallConfig({ epochs: 1 })));
  backbonePath = path.join(root, 'base-model');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const modelOf = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));
const rowsOf = (name: string) => readRunLog(path.join(root, name)).map(({ seconds: _, etaSeconds: __, ...row }) => row);

class Crash extends Error {}

let runs = 0;
/** Trains without a break, and once more with a crash in the middle of each of the given epochs. */
async function expectExactResume(extra: object, crashes: readonly number[] = [2]): Promise<void> {
  const config = smallConfig({ epochs: 3, batchSize: 4, ...extra });
  const from = config.mode === 'scratch' || config.backbone === 'random' ? {} : { backbonePath };
  const name = `run-${runs++}`;
  await train({ ...runInput(root, name, snapshot, config), ...from });
  const broken = { ...runInput(root, `${name}-broken`, snapshot, config), ...from, checkpointSeconds: 0 };
  for (const [i, epoch] of crashes.entries()) {
    const crashed = train({ ...broken, resume: i > 0 }, (p) => {
      if (p.kind === 'step' && p.epoch === epoch && p.step === 3) throw new Crash();
    });
    await expect(crashed).rejects.toBeInstanceOf(Crash);
  }
  await train({ ...broken, resume: true });
  expect(rowsOf(`${name}-broken`)).toEqual(rowsOf(name));
  expect(modelOf(`${name}-broken`).equals(modelOf(name))).toBe(true);
}

const optimizers = {
  momentum: { kind: 'sgd', l1: 1e-4 },
  nesterov: { kind: 'sgd', nesterov: true, decay: 'decoupled' },
  rmsprop: { kind: 'rmsprop', momentum: 0.9 },
  adam: { kind: 'adam', decay: 'l2' },
  adamw: { kind: 'adam' },
};
const schedules = {
  'constant after a warm-up': { schedule: 'constant', warmUpEpochs: 1.5 },
  step: { schedule: 'step', rateDrop: { epochs: 1, factor: 0.5 } },
  cosine: { schedule: 'cosine', warmUpEpochs: 1 },
  'one cycle': { schedule: 'one-cycle' },
  plateau: { schedule: 'plateau', rateDrop: { epochs: 1, factor: 0.1 }, learningRate: 0.02 },
};

describe('a crashed training goes on to the same bytes', () => {
  // The optimizer lives in tensors, the schedule in the position and the history: each of one meets two of the other.
  const schedulesInTurn = Object.entries(schedules);
  Object.entries(optimizers).forEach(([optimizerName, optimizer], i) => {
    for (const k of [i, i + 2]) {
      const [scheduleName, schedule] = schedulesInTurn[k % schedulesInTurn.length] ?? ['', {}];
      it(`${optimizerName}, ${scheduleName}`, () => expectExactResume({ optimizer, ...schedule }));
    }
  });

  const craft: Record<string, object> = {
    'gathered gradients, a clipped norm and averaged weights': {
      ...{ accumulateBatches: 2, clipNorm: 0.5, averageDecay: 0.9, schedule: 'one-cycle' },
    },
    'focal loss on balanced cases, dropout before the head': {
      ...{ loss: { kind: 'focal', gamma: 2, smoothing: 0.1 }, sampling: 'balanced', classWeights: false },
      headDropout: 0.4,
    },
    'patients equally often, classes by their effective number': {
      ...{ sampling: 'by-patient', classWeights: { beta: 0.99 } },
    },
    'stages at rates of their own above a freeze point': {
      ...{ mode: 'fine-tune', backbone: 'base', freezeBelow: 'block1', stageRateFactor: 0.4 },
    },
    'features cached below a freeze point, statistics measured anew': {
      ...{ mode: 'features', backbone: 'base', freezeBelow: 'block2', batchNorm: { reestimated: true } },
    },
    'normalisations frozen': { mode: 'fine-tune', backbone: 'base', batchNorm: { frozen: true } },
  };
  it.each(Object.entries(craft))('%s', (_, extra) => expectExactResume(extra, [1, 3]));

  it('layers unfrozen one by one, crashed in three phases', () =>
    expectExactResume(
      {
        ...{ mode: 'fine-tune', backbone: 'base', epochs: 5, unfreezeEpochs: 1, stageRateFactor: 0.5 },
        averageDecay: 0.9,
      },
      [1, 3, 5],
    ));

  it('paused between two phases', async () => {
    const config = smallConfig({ mode: 'fine-tune', backbone: 'base', epochs: 3, unfreezeEpochs: 1 });
    await train({ ...runInput(root, 'phases', snapshot, config), backbonePath });
    const held = { ...runInput(root, 'phases-held', snapshot, config), backbonePath };
    const paused = await train(held, (p, control) => {
      if (p.kind === 'epoch' && p.row.epoch === 2) control.pause();
    });
    expect(paused.status).toBe('paused');
    await train({ ...held, resume: true });
    expect(modelOf('phases-held').equals(modelOf('phases'))).toBe(true);
  });
});
