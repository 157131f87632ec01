import { describe, expect, it } from 'vitest';
import { scaleBar } from '../../../../renderer/viewer/scaleBar.ts';
import { viewTransform } from '../../../../renderer/viewer/viewTransform.ts';

const transform = viewTransform({ width: 512, height: 512 }, { rows: 512, columns: 512 }, undefined, {
  zoom: 1,
  pan: { x: 0, y: 0 },
});

describe('scaleBar', () => {
  it('takes the longest round length that fits', () => {
    const spacing = { rowMm: 0.7, columnMm: 0.7, source: 'PixelSpacing' } as const;
    const bar = scaleBar(transform, spacing, 140);
    expect(bar?.text).toBe('50 mm');
    expect(bar?.widthPixels).toBeCloseTo(50 / 0.7);
  });

  it('says where the length holds, and is absent without a spacing', () => {
    const spacing = { rowMm: 0.2, columnMm: 0.2, source: 'ImagerPixelSpacing' } as const;
    expect(scaleBar(transform, spacing, 140)?.text).toBe('20 mm at detector');
    expect(scaleBar(transform, undefined, 140)).toBeUndefined();
  });
});
