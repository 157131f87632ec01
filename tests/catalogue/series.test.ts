import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { InstanceFacts, Stack } from '../../main/domain/imageTypes.ts';
import { scanPaths } from '../../main/imaging/files/scanPaths.ts';
import { indexFile } from '../../main/imaging/indexFile.ts';
import { loadFrame } from '../../main/imaging/loadFrame.ts';
import { bytesOfArray } from '../../main/imaging/pixels/storedArray.ts';
import { assembleStacks } from '../../main/imaging/series/assembleStacks.ts';

const folder = path.resolve(import.meta.dirname, '../../../shared/data/series');
const isThere = existsSync(path.join(folder, 'series.csv'));
const expectedSeries: Record<string, string>[] = isThere
  ? parse(readFileSync(path.join(folder, 'series.csv')), { columns: true })
  : [];

async function indexFolder(root: string): Promise<InstanceFacts[]> {
  const instances: InstanceFacts[] = [];
  for await (const file of scanPaths([root])) {
    if (file.kind === 'image') instances.push((await indexFile({ address: file.address })).instance);
  }
  return instances;
}

async function volumeHash(stack: Stack, instances: readonly InstanceFacts[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { sopInstanceUid, frameNumber } of stack.frames) {
    const instance = instances.find((i) => i.sopInstanceUid === sopInstanceUid);
    const frame = await loadFrame(instance?.address ?? '', frameNumber);
    hash.update(bytesOfArray(frame.pixels));
  }
  return hash.digest('hex');
}

describe.skipIf(!isThere)('real series (../shared/data/series; skipped where absent)', () => {
  it.each(expectedSeries.map((row) => [row.folder ?? '', row] as const))('%s', async (name, row) => {
    const instances = await indexFolder(path.join(folder, name));
    const stacks = assembleStacks(instances);
    expect(stacks).toHaveLength(Number(row.n_orientations));
    const stack = stacks[0];
    if (!stack) throw new Error('no stack');
    expect(stack.seriesInstanceUid).toBe(row.series_uid);
    expect(stack.shape).toEqual(row.volume_shape?.split('x').map(Number));
    expect(stack.positions).toBe(Number(row.n_positions));
    expect(stack.framesPerPosition).toBe(Number(row.frames_per_position));
    expect(stack.frames[0]?.positionMm).toBeCloseTo(Number(row.pos_min), 2);
    expect(stack.frames.at(-1)?.positionMm).toBeCloseTo(Number(row.pos_max), 2);
    expect(stack.tiltDegrees).toBeCloseTo(Number(row.angle_origin_line_vs_normal_deg), 1);
    const isUniform = row.uniform === '1';
    expect(stack.affine !== null).toBe(isUniform);
    if (isUniform) {
      const middle = (Number(row.dz_min) + Number(row.dz_max)) / 2;
      expect(stack.spacingMm[0]).toBeCloseTo(middle, 2);
    } else {
      expect(stack.findings.map((f) => f.code)).toEqual(expect.arrayContaining(['variable-spacing', 'gantry-tilt']));
      // 144.09 mm in steps near the usual 4.00 mm; each slice where its own position says.
      expect(stack.evenGrid?.slices).toBe(37);
      const [first = 0, last = 0] = [stack.frames[0]?.positionMm, stack.frames.at(-1)?.positionMm];
      const places = stack.frames.map(({ positionMm = 0 }) => ((positionMm - first) / (last - first)) * 36);
      expect(stack.evenGrid?.sliceAt).toEqual(places.map((at) => expect.closeTo(at, 9)));
    }
    expect(await volumeHash(stack, instances)).toBe(row.volume_sha256);
  });
});
