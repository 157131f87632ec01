import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { niftiHeader, toRas } from '../../../main/imaging/nifti/niftiHeader.ts';
import { openNifti } from '../../../main/imaging/nifti/openNifti.ts';
import oracleFile from '../../fixtures/nifti/nibabel.json' with { type: 'json' };
import { niftiCases } from './niftiCases.ts';

const oracle = z
  .object({
    files: z.array(
      z.object({
        file: z.string(),
        shape: z.array(z.number()),
        affine: z.array(z.number()),
        qform: z.array(z.number()).nullable(),
        zooms: z.array(z.number()),
        slope: z.array(z.number()),
        header_sha256: z.string(),
      }),
    ),
  })
  .parse(oracleFile);

describe('NIfTI headers as nibabel reads them', () => {
  it.each(niftiCases)('$name', ({ name, image }) => {
    const seen = oracle.files.find(({ file }) => file === `${name}.nii`);
    const header = niftiHeader(image);
    // What nibabel was asked about is what is written today.
    expect(createHash('sha256').update(header).digest('hex')).toBe(seen?.header_sha256);
    expect(seen?.shape).toEqual(
      [image.columns, image.rows, image.slices, image.times].slice(0, image.times > 1 ? 4 : 3),
    );
    toRas(image.affine)
      .flat()
      .forEach((value, i) => {
        expect(seen?.affine[i]).toBeCloseTo(value, 4);
        if (seen?.qform) expect(seen.qform[i]).toBeCloseTo(value, 3);
      });
    expect(seen?.qform === null).toBe(name === 'tilted');
    expect(seen?.slope).toEqual([1, -1024]);
    image.spacingMm.forEach((mm, i) => {
      expect(seen?.zooms[i]).toBeCloseTo(mm, 5);
    });
  });

  it.each(niftiCases)('$name comes back by our own reader', ({ image }) => {
    const voxels = new Uint8Array(image.columns * image.rows * image.slices * image.times * 2);
    const opened = openNifti(Buffer.concat([niftiHeader(image), voxels]));
    const { facts } = opened.describe(1);
    const [x, y, z] = facts.position ?? [0, 0, 0];
    [x, y, z].forEach((mm, r) => {
      expect(mm).toBeCloseTo(image.affine[r as 0][3], 3);
    });
    expect(facts.pixelSpacing?.[1]).toBeCloseTo(image.spacingMm[0], 4);
  });
});
