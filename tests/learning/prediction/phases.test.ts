import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriesOfFiles } from '../../../main/app/learning/seriesOfFiles.ts';
import { nodeSpawner } from '../../../main/host/spawn.ts';
import { scanPaths } from '../../../main/imaging/files/scanPaths.ts';
import { indexFile } from '../../../main/imaging/indexFile.ts';
import { loadFrame } from '../../../main/imaging/loadFrame.ts';
import { makePhantoms } from '../../../main/imaging/phantom/makePhantoms.ts';
import type { PhantomTruth } from '../../../main/imaging/phantom/truth.ts';
import { createImagingPool, type ImagingPool } from '../../../main/imaging/pool.ts';
import { assembleStacks } from '../../../main/imaging/series/assembleStacks.ts';
import type { CandidateImage, SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import { caseInput } from '../../../main/learning/dataset/caseInput.ts';
import { loadCaseFrame } from '../../../main/learning/dataset/greyFrame.ts';
import { openSnapshot, snapshotSummary } from '../../../main/learning/dataset/openSnapshot.ts';
import { phaseSeriesOf } from '../../../main/learning/dataset/phaseSeries.ts';
import type { PhaseSeries } from '../../../main/learning/dataset/phases.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { type LoadedModel, loadModel } from '../../../main/learning/prediction/loadModel.ts';
import { predictCase, predictFrame } from '../../../main/learning/prediction/predictFrame.ts';
import { readSlice } from '../../../main/learning/prediction/readSlice.ts';
import { label, recipe } from '../dataset/syntheticSelection.ts';
import { newFolder, runInput, smallConfig, train } from '../training/smallRun.ts';
import { evaluateClasses } from './evaluateClasses.ts';

const out = mkdtempSync(path.join(tmpdir(), 'phases-'));
const phases = [
  { name: 'native', words: ['native'] },
  { name: 'arterial', words: ['arterial'] },
  { name: 'portal', order: 3 },
];
const window = { center: 80, width: 300 };
let root: string;
let truths: readonly PhantomTruth[];
let input: SelectionInput;
let model: LoadedModel;
let snapshotDirectory: string;
let pool: ImagingPool;

async function selectionOf(patients: readonly PhantomTruth[]): Promise<SelectionInput> {
  const images: CandidateImage[] = [];
  const studies = new Map<string, PhaseSeries[]>();
  for (const { folder } of patients) {
    const files = [];
    for await (const file of scanPaths([path.join(out, folder)]))
      files.push(await indexFile({ address: file.address }));
    for (const members of Map.groupBy(files, ({ series }) => series.seriesInstanceUid).values()) {
      const instances = members.map(({ instance }) => instance);
      const [first] = members;
      if (!first) continue;
      const known = studies.get(first.study.studyInstanceUid) ?? [];
      const frames = assembleStacks(instances)[0]?.frames ?? [];
      studies.set(first.study.studyInstanceUid, [...known, phaseSeriesOf(first.series, instances, frames)]);
    }
    for (const { instance, patient } of files) {
      const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, rows = 0, columns = 0, frameCount } = instance;
      const [facts] = instance.frames;
      const { position, orientation, pixelSpacing } = facts ?? {};
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
        ...(pixelSpacing && { pixelSpacing }),
        planes: position && orientation && pixelSpacing ? { 1: { position, orientation, pixelSpacing } } : {},
      });
    }
  }
  const labels = patients.flatMap(({ sopInstanceUid, className }) => {
    const image = images.find((each) => each.sopInstanceUid === sopInstanceUid);
    return image ? [label(image, className, { target: { studyInstanceUid: image.studyInstanceUid } as never })] : [];
  });
  const definition = { name: 'Finding', scope: 'study' as const, values: ['persistent', 'washout'] };
  return { definition, images, labels, seriesFrames: new Map(), studies };
}

beforeAll(async () => {
  root = newFolder();
  await makePhantoms({ out, patients: 16, seed: 2, kind: 'ct-liver', shape: { columns: 64, rows: 64 } });
  truths = JSON.parse(readFileSync(path.join(out, 'truth.json'), 'utf8')).patients;
  input = await selectionOf(truths);
  const how = recipe({ phases, size: 32, window });
  const request = { root, selection: selectCases(input, how), recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' }; // biome-ignore format: one value
  ({ directory: snapshotDirectory } = await writeSnapshot(request, loadCaseFrame));
  await train(runInput(root, 'model', snapshotDirectory, smallConfig({ epochs: 1 })));
  model = loadModel(path.join(root, 'model-model'), { device: 'cpu', threads: 1 });
  pool = createImagingPool({ spawnWorker: nodeSpawner(() => undefined), size: 1 });
}, 180_000);
afterAll(async () => {
  await model.dispose();
  pool.close();
  for (const folder of [root, out]) rmSync(folder, { recursive: true, force: true });
});

const read = (folder: string, pictures: object) =>
  seriesOfFiles([path.join(out, folder)], pictures, {
    ...{ pool, faultOf: async () => undefined, signal: new AbortController().signal },
  });

describe('several series as channels', () => {
  it('are three pictures of one place; the coarser one is interpolated', () => {
    const { manifest } = openSnapshot(snapshotDirectory);
    expect(manifest.preprocessing).toMatchObject({ channels: 3, phases });
    expect(snapshotSummary(openSnapshot(snapshotDirectory)).phases).toEqual(['native', 'arterial', 'portal']);
    expect(manifest.cases).toHaveLength(16);
    for (const { images } of manifest.cases) {
      expect(images).toHaveLength(1);
      // The reference is a frame of the native series; the thinner ones lie half a slice off.
      expect(images?.[0]?.channels?.map((parts) => parts.map(({ share }) => share))).toEqual([
        [1],
        [expect.closeTo(0.5, 6), expect.closeTo(0.5, 6)],
        [expect.closeTo(0.5, 6), expect.closeTo(0.5, 6)],
      ]);
    }
  });

  it('give prediction the tensor of the snapshot, bit for bit, found from the files alone', async () => {
    const snapshot = openSnapshot(snapshotDirectory);
    const test = { modelPath: path.join(root, 'model-model'), snapshotDirectory, split: 'test', threads: 1 };
    const hooks = { progress: () => undefined, signal: new AbortController().signal };
    const result = await evaluateClasses(test, hooks);
    for (const [i, one] of snapshot.manifest.cases.entries()) {
      const truth = truths.find(({ patientId }) => patientId === one.patientId);
      const { series, bad } = await read(truth?.folder ?? '', { phases });
      expect(bad).toEqual([]);
      const imageId = `groundglass:${one.sopInstanceUid}/${one.frameNumber}`;
      const found = series.find(({ slices }) => slices[0]?.imageId === imageId)?.slices[0];
      if (!found) throw new Error('the case is not among the files');
      const { slices, scores } = await predictCase(model, [await readSlice(found)], { cam: 'gradcam' });
      expect([...(slices[0]?.picture.levels ?? [])]).toEqual([...snapshot.levelsOf(i)]);
      const levels = slices[0]?.picture.levels ?? new Uint16Array();
      expect(caseInput(levels, model.preprocessing)).toEqual(caseInput(snapshot.levelsOf(i), snapshot.manifest.preprocessing)); // biome-ignore format: one call
      expect(slices[0]?.cam?.affineLps?.[11]).toBeCloseTo((await loadFrame(found.address, 1)).position?.[2] ?? 0, 6);
      result.cases
        .find(({ caseIndex }) => caseIndex === i)
        ?.scores.forEach((score, k) => {
          expect(scores[k]).toBeCloseTo(score, 5);
        });
    }
  }, 120_000);

  it('leave out studies without one of them, or where they lie apart, with the reason', () => {
    const [first, second] = [...(input.studies ?? new Map<string, PhaseSeries[]>())];
    const studies = new Map(input.studies);
    if (first)
      studies.set(
        first[0],
        first[1].filter(({ words }) => !words.includes('arterial')),
      );
    if (second)
      studies.set(
        second[0],
        second[1].map((each, i) => ({ ...each, frameOfReferenceUid: `9.${i}` })),
      );
    const { cases, exclusions } = selectCases({ ...input, studies }, recipe({ phases, size: 32, window }));
    expect(cases).toHaveLength(14);
    expect(exclusions.map(({ code }) => code).sort()).toEqual(['missing-phase', 'phases-apart']);
    const astray = input.images.map((each) => ({ ...each, isAstray: each.patientId === truths[0]?.patientId }));
    const changed = selectCases({ ...input, images: astray }, recipe({ phases, size: 32, window }));
    expect(changed.exclusions.map(({ code }) => code)).toEqual(['file-changed']);
    expect(() => selectCases(input, recipe({ phases: [{ name: 'a' }, { name: 'a' }] }))).toThrow(/same name/);
  });

  it('are refused for a single image, and told where a study on disk lacks one', async () => {
    const [one] = truths;
    const frame = await loadFrame(path.join(out, one?.file ?? ''), 1);
    await expect(predictFrame(model, frame, { cam: 'none' })).rejects.toMatchObject({ code: 'shape-mismatch' });
    const { series, bad } = await read(path.join(one?.folder ?? '', 'portal'), { phases });
    expect(series).toEqual([]);
    expect(bad[0]?.error).toMatchObject({ code: 'not-found' });
  });

  it('go with several slices, too: a study is then one answer', async () => {
    const how = recipe({ phases, slices: { count: 3 }, size: 32, window });
    const request = { root, selection: selectCases(input, how), recipe: how, target: 'Finding', createdAt: '2026-01-01T00:00:00Z' }; // biome-ignore format: one value
    const { directory } = await writeSnapshot(request, loadCaseFrame);
    const snapshot = openSnapshot(directory);
    await train(runInput(root, 'both', directory, smallConfig({ epochs: 1, pooling: 'attention' })));
    const both = loadModel(path.join(root, 'both-model'), { device: 'cpu', threads: 1 });
    const [one] = snapshot.manifest.cases;
    const truth = truths.find(({ patientId }) => patientId === one?.patientId);
    const { series } = await read(truth?.folder ?? '', { phases, slices: { count: 3, extent: 'series' } });
    const slices = await Promise.all((series[0]?.slices ?? []).map(readSlice));
    const predicted = await predictCase(both, slices, { cam: 'none' });
    await both.dispose();
    expect(series).toHaveLength(1);
    expect(predicted.slices.flatMap(({ picture }) => [...picture.levels])).toEqual([...snapshot.levelsOf(0)]);
  }, 60_000);
});
