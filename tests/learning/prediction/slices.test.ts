import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriesOfFiles } from '../../../main/app/learning/seriesOfFiles.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { indexFile } from '../../../main/imaging/indexFile.ts';
import { makePhantoms } from '../../../main/imaging/phantom/makePhantoms.ts';
import type { PhantomTruth } from '../../../main/imaging/phantom/truth.ts';
import { createImagingPool, type ImagingPool } from '../../../main/imaging/pool.ts';
import type { CandidateImage, SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import { caseInput } from '../../../main/learning/dataset/caseInput.ts';
import { loadCaseFrame } from '../../../main/learning/dataset/greyFrame.ts';
import { openSnapshot } from '../../../main/learning/dataset/openSnapshot.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';

import { type LoadedModel, loadModel } from '../../../main/learning/prediction/loadModel.ts';
import { predictCase } from '../../../main/learning/prediction/predictFrame.ts';
import { readSlice } from '../../../main/learning/prediction/readSlice.ts';
import { label, recipe } from '../dataset/syntheticSelection.ts';
import { newFolder, runInput, smallConfig, train } from '../training/smallRun.ts';
import { evaluateClasses } from './evaluateClasses.ts';

const out = mkdtempSync(path.join(tmpdir(), 'slices-'));
const slices = { count: 16, extent: 'series' as const };
let root: string;
let snapshotDirectory: string;
let truths: readonly PhantomTruth[];
let model: LoadedModel;
let pool: ImagingPool;

async function selectionOf(patients: readonly PhantomTruth[]): Promise<SelectionInput> {
  const images: CandidateImage[] = [];
  for (const { folder } of patients)
    for (const name of readdirSync(path.join(out, folder)).sort()) {
      const { instance, patient } = await indexFile({ address: path.join(out, folder, name) });
      const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, rows = 0, columns = 0, frameCount } = instance;
      images.push({
        ...{
          patientId: patient.patientId,
          studyInstanceUid,
          seriesInstanceUid,
          sopInstanceUid,
          rows,
          columns,
          frameCount,
        },
        ...{ sourcePath: instance.address, isLossy: false, isRemoved: false, isDamaged: false },
      });
    }
  // Head first: position and InstanceNumber agree in a phantom, UIDs do not.
  const seriesFrames = new Map(
    [...Map.groupBy(images, (each) => each.seriesInstanceUid)].map(([uid, all]) => [
      uid,
      all.toReversed().map(({ sopInstanceUid }) => ({ sopInstanceUid, frameNumber: 1 })),
    ]),
  );
  const labels = patients.flatMap(({ seriesInstanceUid, className }) => {
    const first = images.find((each) => each.seriesInstanceUid === seriesInstanceUid);
    return first
      ? [label(first, className, { target: { studyInstanceUid: first.studyInstanceUid, seriesInstanceUid } as never })]
      : [];
  });
  const values = [...new Set(patients.map(({ className }) => className))].sort();
  return { definition: { name: 'Finding', scope: 'series', values }, images, labels, seriesFrames };
}

beforeAll(async () => {
  root = newFolder();
  await makePhantoms({ out, patients: 16, seed: 3, kind: 'mr-lesion', shape: { columns: 64, rows: 64 } });
  truths = JSON.parse(readFileSync(path.join(out, 'truth.json'), 'utf8')).patients;
  const how = recipe({ slices, size: 32 });
  const selection = selectCases(await selectionOf(truths), how);
  const request = { root, selection, recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' };
  ({ directory: snapshotDirectory } = await writeSnapshot(request, loadCaseFrame));
  await train(runInput(root, 'model', snapshotDirectory, smallConfig({ pooling: 'attention', epochs: 1 })));
  model = loadModel(path.join(root, 'model-model'), { device: 'cpu', threads: 1 });
  pool = createImagingPool({ spawnWorker: nodeSpawner(() => undefined), size: 1 });
}, 120_000);
afterAll(async () => {
  await model.dispose();
  pool.close();
  for (const folder of [root, out]) rmSync(folder, { recursive: true, force: true });
});

const readSeries = (folder: string) =>
  seriesOfFiles([folder], { slices }, { pool, faultOf: async () => undefined, signal: new AbortController().signal });

describe('a prediction from several slices', () => {
  it('sees the tensor of the snapshot, bit for bit, chosen from the files alone', async () => {
    const snapshot = openSnapshot(snapshotDirectory);
    const result = await evaluateClasses(
      { modelPath: path.join(root, 'model-model'), snapshotDirectory, split: 'test', threads: 1 },
      { progress: () => undefined, signal: new AbortController().signal },
    );
    for (const [i, one] of snapshot.manifest.cases.entries()) {
      const truth = truths.find(({ seriesInstanceUid }) => seriesInstanceUid === one.seriesInstanceUid);
      const { series, bad } = await readSeries(path.join(out, truth?.folder ?? ''));
      expect(bad).toEqual([]);
      const [found] = series;
      expect(found?.slices.map(({ imageId }) => imageId)).toEqual(
        one.images?.map(({ sopInstanceUid, frameNumber }) => `groundglass:${sopInstanceUid}/${frameNumber}`),
      );
      const frames = await Promise.all((found?.slices ?? []).map((at) => readSlice(at)));
      const predicted = await predictCase(model, frames, { cam: 'gradcam' });
      const levels = predicted.slices.flatMap(({ picture }) => [...picture.levels]);
      expect(levels).toEqual([...snapshot.levelsOf(i)]);
      expect(caseInput(Uint16Array.from(levels), model.preprocessing)).toEqual(
        caseInput(snapshot.levelsOf(i), snapshot.manifest.preprocessing),
      );
      expect(predicted.slices.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 5);
      expect(predicted.slices.every(({ cam }) => cam && cam.grid.length > 1 && cam.affineLps)).toBe(true);
      const evaluated = result.cases.find(({ caseIndex }) => caseIndex === i);
      evaluated?.scores.forEach((score, k) => {
        expect(predicted.scores[k]).toBeCloseTo(score, 5);
      });
    }
  }, 120_000);

  it('has a map per slice whose affine leads to its own place in the patient', async () => {
    const { series } = await readSeries(path.join(out, truths[0]?.folder ?? ''));
    const frames = await Promise.all((series[0]?.slices ?? []).map((at) => readSlice(at)));
    const { slices: seen } = await predictCase(model, frames, { cam: 'gradcam++' });
    seen.forEach(({ cam }, i) => {
      expect(cam?.affineLps?.[11]).toBeCloseTo(frames[i]?.frame.position?.[2] ?? Number.NaN, 6);
    });
    const grids = new Set(seen.map(({ cam }) => cam?.grid.join()));
    expect(grids.size).toBe(seen.length);
    await expect(predictCase(model, frames, { cam: 'cam' })).rejects.toMatchObject({ code: 'cam-not-available' });
  });

  it('needs the card that says which slices', () => {
    const bare = path.join(root, 'model-model', 'model.onnx');
    expect(() => loadModel(bare, { device: 'cpu', threads: 1 })).toThrow(/give the folder/);
  });
});
