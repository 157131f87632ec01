import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetRecipe } from '../../../main/contract/datasets.ts';
import type { SelectionInput } from '../../../main/learning/dataset/candidates.ts';
import {
  openSnapshot,
  readSnapshotIndex,
  snapshotDetail,
  snapshotPictures,
} from '../../../main/learning/dataset/openSnapshot.ts';
import { networkInput, preprocess } from '../../../main/learning/dataset/preprocess.ts';
import { selectCases } from '../../../main/learning/dataset/selectCases.ts';
import { type LoadCaseFrame, writeSnapshot } from '../../../main/learning/dataset/writeSnapshot.ts';
import { loadDisc, recipe, twoClasses } from './syntheticSelection.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'snapshot-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (
  selected: SelectionInput,
  how: DatasetRecipe,
  load: LoadCaseFrame = loadDisc,
  createdAt = '2026-01-01',
) => writeSnapshot({ root, selection: selectCases(selected, how), recipe: how, target: 'Finding', createdAt }, load);

describe('snapshot', () => {
  it('holds exactly what prediction would compute', async () => {
    const how = recipe();
    const { directory } = await write(twoClasses(30), how);
    const snapshot = openSnapshot(directory);
    const candidates = selectCases(twoClasses(30), how).cases;
    for (const [i, candidate] of candidates.entries()) {
      const frame = await loadDisc(candidate);
      if (typeof frame === 'string') throw new Error(frame);
      const now = networkInput(
        preprocess(frame, snapshot.manifest.preprocessing).levels,
        snapshot.manifest.preprocessing,
      );
      const then = networkInput(snapshot.levelsOf(i), snapshot.manifest.preprocessing);
      expect(Buffer.from(now.buffer).equals(Buffer.from(then.buffer))).toBe(true);
    }
  });

  it('has the same hash for the same content and another one for another', async () => {
    const first = await write(twoClasses(30), recipe());
    const shuffledLabels = { ...twoClasses(30), labels: [...twoClasses(30).labels].reverse() };
    const again = await write(shuffledLabels, recipe(), loadDisc, '2027-02-02');
    expect(again.manifest.hash).toBe(first.manifest.hash);
    expect(again.directory).toBe(first.directory);
    expect((await write(twoClasses(30), recipe({ seed: 2 }))).manifest.hash).not.toBe(first.manifest.hash);
    expect(readdirSync(root)).toHaveLength(2);
  });

  it('can be copied and says when it was changed', async () => {
    const { directory } = await write(twoClasses(30), recipe());
    const copy = path.join(root, 'elsewhere');
    cpSync(directory, copy, { recursive: true });
    expect(openSnapshot(copy).manifest.cases).toHaveLength(30);
    for (const name of ['tensors.bin', 'splits.json', 'manifest.json']) {
      const bytes = readFileSync(path.join(copy, name));
      const changed = Buffer.from(bytes);
      changed[40] = (changed[40] ?? 0) ^ 1;
      writeFileSync(path.join(copy, name), changed);
      expect(() => openSnapshot(copy)).toThrow(expect.objectContaining({ code: 'snapshot-damaged' }));
      writeFileSync(path.join(copy, name), bytes);
    }
    expect(() => readSnapshotIndex(path.join(root, 'nowhere'))).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('normalises with the training part alone', async () => {
    const { directory } = await write(twoClasses(30), recipe());
    const { manifest, splits, levelsOf } = openSnapshot(directory);
    if (splits.kind !== 'split') throw new Error('not a split');
    const train = splits.parts.flatMap((part, i) => (part === 'train' ? [i] : []));
    const values = train.flatMap((i) => [...networkInput(levelsOf(i), manifest.preprocessing)]);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean).toBeCloseTo(0, 4);
    expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 3);
  });

  it('leaves out images that turn out to be damaged and counts them', async () => {
    const load: LoadCaseFrame = (c) => (c.patientId === 'P3' ? Promise.resolve('damaged-pixels') : loadDisc(c));
    const { manifest, directory } = await write(twoClasses(30), recipe(), load);
    expect(manifest.cases).toHaveLength(29);
    expect(manifest.excluded).toEqual([expect.objectContaining({ code: 'damaged-pixels', n: 1 })]);
    expect(snapshotDetail(readSnapshotIndex(directory)).cases[0]).toMatchObject({
      index: 0,
      imageId: 'groundglass:1.1.1.1/1',
    });
  });

  it('links patients whose frames have equal values in different files', async () => {
    const load: LoadCaseFrame = (c) => loadDisc(c.patientId === 'P5' ? { ...c, caseId: '1.1.1.1/1' } : c);
    const { manifest, directory } = await write(twoClasses(30), recipe(), load);
    expect(manifest.findings.map((f) => f.code)).toContain('linked-patients');
    const parts = snapshotDetail(readSnapshotIndex(directory)).cases;
    const partOf = (patientId: string) => parts.find((c) => c.patientId === patientId)?.split;
    expect(partOf('P5')).toBe(partOf('P1'));
  });

  it('gives 8-bit pictures of chosen cases', async () => {
    const { directory } = await write(twoClasses(30), recipe());
    const snapshot = openSnapshot(directory);
    const pictures = snapshotPictures(snapshot, [3, 7]);
    expect(pictures).toHaveLength(2 * 256);
    expect([...pictures.subarray(256)]).toEqual([...snapshot.levelsOf(7)].map((level) => level >> 8));
  });

  it('stops when cancelled and leaves nothing behind', async () => {
    const how = recipe();
    const request = {
      root,
      selection: selectCases(twoClasses(30), how),
      recipe: how,
      target: 'Finding',
      createdAt: '',
    };
    const stopped = writeSnapshot(request, loadDisc, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(root)).toHaveLength(0);
  });
});
