import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasuredForm } from '../../../main/contract/lowerings.ts';
import { readForms } from '../../../main/learning/engine/forms/formsFile.ts';
import { decide, measureForms } from '../../../main/learning/engine/forms/measureForms.ts';
import type { FormsHere } from '../../../main/learning/network/ops/forms.ts';
import type { FormQuestion } from '../../../main/learning/network/ops/op.ts';
import { Lowerings } from '../../../main/learning/training/lowerings.ts';
import type { TrainProgress } from '../../../main/learning/training/run.ts';
import { RunFolder } from '../../../main/learning/training/runFolder.ts';
import { discSnapshot, newFolder, runInput, smallConfig, train } from './smallRun.ts';

let root: string;
let snapshot: string;
beforeAll(async () => {
  root = newFolder();
  snapshot = await discSnapshot(root, 40);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const modelOf = (name: string) => readFileSync(path.join(root, `${name}-model`, 'model.onnx'));
const recordOf = (name: string) => new RunFolder(path.join(root, name)).readManifest()?.lowerings;

/** Twice the input: by a sum, and by way of many square roots. */
const doubling = (size: number): FormQuestion => ({
  key: `twice ${size}`,
  usual: 'roots',
  inputs: [[size]],
  forms: {
    roots: (emit, [x = '']) => {
      let value = emit.op('Add', [x, x]);
      for (let i = 0; i < 20; i++) value = emit.op('Mul', [emit.op('Sqrt', [value]), emit.op('Sqrt', [value])]);
      return value;
    },
    sum: (emit, [x = '']) => emit.op('Add', [x, x]),
  },
});

describe('trials of forms', () => {
  it('find the faster one, and time both', async () => {
    const [found] = await measureForms([doubling(500_000)], { threads: 1, budgetSeconds: 10 });
    expect(found).toMatchObject({ key: 'twice 500000', usual: 'roots', form: 'sum' });
    expect(Object.keys(found?.milliseconds ?? {})).toEqual(['roots', 'sum']);
  });

  it('stop when the time is up, and leave the rest as usual', async () => {
    const found = await measureForms([doubling(10), doubling(20)], { threads: 1, budgetSeconds: 0 });
    expect(found).toEqual([
      { key: 'twice 20', usual: 'roots', form: 'roots' },
      { key: 'twice 10', usual: 'roots', form: 'roots' },
    ]);
  });

  it('keep the usual form where another is hardly faster', () => {
    const question = { key: 'k', usual: 'a' };
    expect(decide(question, { a: 10, b: 9.8 }).form).toBe('a');
    expect(decide(question, { a: 10, b: 9 }).form).toBe('b');
  });
});

describe('the lowerings of a run', () => {
  const make = (recorded: readonly MeasuredForm[], file?: string) => {
    const written: (readonly MeasuredForm[])[] = [];
    const told: string[] = [];
    const lowerings = new Lowerings({
      ...{ threads: 1, recorded, file },
      record: (forms) => written.push(forms),
      tell: (message) => told.push(message),
    });
    return { lowerings, written, told };
  };
  const choicesOf = async (lowerings: Lowerings): Promise<FormsHere['choices']> =>
    (await lowerings.formsFor(() => [doubling(200_000)])).choices;

  it('are recorded before they are used, and kept for later runs on this machine', async () => {
    const file = path.join(root, 'kept.json');
    const first = make([], file);
    expect(await choicesOf(first.lowerings)).toEqual({ 'twice 200000': 'sum' });
    expect(first.written).toHaveLength(1);
    expect(first.told.at(-1)).toMatch(/1 of 1/);
    expect(readForms(file)).toMatchObject([{ threads: 1, forms: [{ key: 'twice 200000', form: 'sum' }] }]);
    const second = make([], file);
    expect(await choicesOf(second.lowerings)).toEqual({ 'twice 200000': 'sum' });
    expect(second.told).toEqual([]);
    expect(second.written).toEqual(first.written);
  });

  it('are those of the record, whatever is faster now', async () => {
    const recorded = [{ key: 'twice 200000', usual: 'roots', form: 'roots' }];
    const { lowerings, written } = make(recorded, path.join(root, 'kept.json'));
    expect(await choicesOf(lowerings)).toEqual({ 'twice 200000': 'roots' });
    expect(written).toEqual([]);
  });

  it('are measured anew where the file is damaged or of another engine', async () => {
    const file = path.join(root, 'other.json');
    writeFileSync(file, '{"version": 1, "machines": [{"host"');
    expect(readForms(file)).toEqual([]);
    expect(await choicesOf(make([], file).lowerings)).toEqual({ 'twice 200000': 'sum' });
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    kept.machines[0].fingerprint = 'onnxruntime 0.1; another processor';
    writeFileSync(file, JSON.stringify(kept));
    expect(readForms(file)).toEqual([]);
  });
});

describe('a training with measured lowerings', () => {
  const measured = (name: string, config?: ReturnType<typeof smallConfig>) => ({
    ...runInput(root, name, snapshot, config),
    formsFile: path.join(root, 'lowerings.json'),
    trialsFromSteps: 1,
  });

  it('tells of its trials and writes them into its record before the first step', async () => {
    const seen: { kind: TrainProgress['kind']; recorded: number }[] = [];
    await train(measured('first', smallConfig()), (p) =>
      seen.push({ kind: p.kind, recorded: recordOf('first')?.length ?? 0 }),
    );
    expect(seen[0]?.kind).toBe('phase');
    const step = seen.find(({ kind }) => kind === 'step');
    expect(step?.recorded).toBeGreaterThan(3);
    expect(recordOf('first')).toHaveLength(step?.recorded ?? 0);
  });

  it('gives the same bytes again, by what the machine keeps', async () => {
    const seen: string[] = [];
    await train(measured('again', smallConfig()), (p) => seen.push(p.kind));
    expect(seen).not.toContain('phase');
    expect(recordOf('again')).toEqual(recordOf('first'));
    expect(modelOf('again').equals(modelOf('first'))).toBe(true);
  });

  it('goes on after a pause as recorded, though the machine has found otherwise', async () => {
    await train(measured('paused', smallConfig()), (p, control) => {
      if (p.kind === 'step' && p.epoch === 2 && p.step === 3) control.pause();
    });
    const file = path.join(root, 'lowerings.json');
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    for (const form of kept.machines[0].forms)
      form.form = Object.keys(form.milliseconds).find((name) => name !== form.form) ?? form.form;
    writeFileSync(file, JSON.stringify(kept));
    await train(measured('paused'));
    expect(modelOf('paused').equals(modelOf('first'))).toBe(true);
  });

  it('waits for no trials where it is short', async () => {
    const { trialsFromSteps: _, ...usual } = measured('short', smallConfig());
    await train(usual);
    expect(recordOf('short')).toBeUndefined();
  });

  it('is pinned to the usual forms where asked, and without a place to keep trials', async () => {
    await train(measured('usual', smallConfig({ lowering: 'usual' })));
    await train(runInput(root, 'nowhere', snapshot, smallConfig()));
    expect(recordOf('usual')).toBeUndefined();
    expect(recordOf('nowhere')).toBeUndefined();
    expect(modelOf('usual').equals(modelOf('nowhere'))).toBe(true);
  });

  it('refuses to go on with a form that this version does not have', async () => {
    await train(measured('stale', smallConfig()), (p, control) => {
      if (p.kind === 'step' && p.step === 2) control.pause();
    });
    const file = path.join(root, 'stale', 'run.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    manifest.lowerings[0].form = 'by abacus';
    writeFileSync(file, JSON.stringify(manifest));
    await expect(train(measured('stale'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('by abacus'),
    });
  });
});
