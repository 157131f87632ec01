import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadFrame } from '../../../main/imaging/loadFrame.ts';
import { modalityValues } from '../../../main/imaging/modalityValues.ts';
import { makePhantoms, type PhantomOptions } from '../../../main/imaging/phantom/makePhantoms.ts';

const root = mkdtempSync(path.join(tmpdir(), 'groundglass-phantom-import-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const truthSchema = z.object({
  patients: z.array(
    z.object({
      className: z.string(),
      file: z.string(),
      frame: z.number(),
      lesion: z
        .object({
          centrePixel: z.tuple([z.number(), z.number()]),
          centreLpsMm: z.tuple([z.number(), z.number(), z.number()]).nullable(),
        })
        .nullable(),
    }),
  ),
});

/** Makes phantoms and reads the key frame of each back through the program's own importer. */
async function readBack(name: string, options: Partial<PhantomOptions>) {
  const out = path.join(root, name);
  await makePhantoms({ out, patients: 4, seed: 11, ...options });
  const { patients } = truthSchema.parse(JSON.parse(readFileSync(path.join(out, 'truth.json'), 'utf8')));
  return Promise.all(
    patients.map(async (truth) => {
      const frame = await loadFrame(path.join(out, truth.file), truth.frame);
      const values = modalityValues(frame);
      const at = (column: number, row: number) =>
        values[Math.round(row) * frame.columns + Math.round(column)] ?? Number.NaN;
      return { truth, frame, at };
    }),
  );
}

describe('phantoms in the importer', () => {
  it.each([
    ['single frames', {}],
    ['one multi-frame file', { shape: { multiFrame: true } }],
    ['a matrix that is not square', { shape: { columns: 176, rows: 136 } }],
  ] as const)('hold Hounsfield units and a patient position: %s', async (name, options) => {
    for (const { truth, frame, at } of await readBack(name, options)) {
      expect(at(2, 2)).toBeLessThan(-900);
      const [column, row] = truth.lesion?.centrePixel ?? [0, 0];
      expect(at(column, row)).toBeGreaterThan(-150);
      expect(at(column, row)).toBeLessThan(200);
      const [spacing = 0] = frame.pixelSpacing ?? [];
      const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = frame.position ?? [];
      const centre = truth.lesion?.centreLpsMm ?? [0, 0, 0];
      expect(x + column * spacing).toBeCloseTo(centre[0], 2);
      expect(y + row * spacing).toBeCloseTo(centre[1], 2);
      expect(Math.abs(z - centre[2])).toBeLessThanOrEqual(1.26);
    }
  });

  it('show films of both photometric interpretations, with lengths at the detector only', async () => {
    const films = await readBack('films', { kind: 'cr', patients: 16 });
    expect(new Set(films.map(({ frame }) => frame.photometricInterpretation))).toEqual(
      new Set(['MONOCHROME1', 'MONOCHROME2']),
    );
    for (const { frame, at } of films) {
      expect(frame.pixelSpacing).toBeUndefined();
      expect(frame.imagerPixelSpacing).toBeDefined();
      // Spine over lung: bright on every film as it is shown.
      const contrast = at(128, 215) - at(78, 110);
      expect(frame.isInverted ? -contrast : contrast).toBeGreaterThan(300);
    }
  });

  it('draw a brain lesion that outshines its surroundings, and none where there is none', async () => {
    for (const { truth, at } of await readBack('brains', { kind: 'mr-lesion' })) {
      expect(truth.lesion === null).toBe(truth.className === 'no-lesion');
      if (truth.lesion) expect(at(...truth.lesion.centrePixel)).toBeGreaterThan(600);
    }
  });
});
