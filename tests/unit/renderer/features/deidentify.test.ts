import { describe, expect, it } from 'vitest';
import type { SurveyedSeries } from '../../../../main/contract/deidentify.ts';
import { boxBetween, middleBox, nudged } from '../../../../renderer/features/deidentify/boxGeometry.ts';
import { emptyPlan, fateOf, whatIsMissing, withBoxes } from '../../../../renderer/features/deidentify/plan.ts';

const frame = { rows: 100, columns: 200 };
const box = { left: 10, top: 20, width: 30, height: 10 };
const series = (risk: 'high' | 'low'): SurveyedSeries => ({
  seriesInstanceUid: '1.1' as never,
  ...{
    patientId: 'P',
    patientName: '',
    modality: 'US',
    description: '',
    files: 2,
    frames: 2,
    notDicom: 0,
    reasons: [],
  },
  risk,
  images: [{ sopInstanceUid: '1.2' as never, frames: 1 }],
});

describe('boxes on a picture', () => {
  it('are whole pixels within the frame; a click is none', () => {
    expect(boxBetween([50.6, 30.2], [10.4, 5.9], frame)).toEqual({ left: 10, top: 5, width: 41, height: 26 });
    expect(boxBetween([190, 90], [260, 140], frame)).toEqual({ left: 190, top: 90, width: 10, height: 10 });
    expect(boxBetween([50, 50], [51, 51], frame)).toBeUndefined();
  });

  it('stay inside when they are moved and resized', () => {
    expect(nudged(box, [-50, 1], false, frame)).toEqual({ ...box, left: 0, top: 21 });
    expect(nudged(box, [500, 500], false, frame)).toEqual({ ...box, left: 170, top: 90 });
    expect(nudged(box, [-100, 500], true, frame)).toEqual({ ...box, width: 3, height: 80 });
    expect(middleBox(frame)).toEqual({ left: 75, top: 45, width: 50, height: 10 });
  });
});

describe('what becomes of the pictures of a series', () => {
  it('is left out until it is looked at or masked as a whole', () => {
    expect(fateOf(emptyPlan, series('high'))).toBe('refused');
    expect(fateOf({ ...emptyPlan, burnedIn: 'mask' }, series('high'))).toBe('detector');
    expect(fateOf({ ...emptyPlan, reviewed: new Set(['1.1']) }, series('high'))).toBe('copied');
    expect(fateOf({ ...emptyPlan, seriesMasks: { '1.1': [box] } }, series('high'))).toBe('masked');
    expect(fateOf(emptyPlan, series('low'))).toBe('copied');
  });

  it('does not follow from boxes on one of its images', () => {
    const plan = { ...emptyPlan, imageMasks: withBoxes({}, '1.2', [box]) };
    expect(fateOf(plan, series('high'))).toBe('refused');
    expect(fateOf({ ...plan, reviewed: new Set(['1.1']) }, series('high'))).toBe('masked');
    expect(withBoxes(plan.imageMasks, '1.2', [])).toEqual({});
  });
});

describe('an export', () => {
  it('starts with series, a folder and a passphrase given twice', () => {
    const whole = { ...emptyPlan, out: 'somewhere', passphrase: 'correct horse', repeated: 'correct horse' };
    expect(whatIsMissing(whole, [series('low')])).toBeUndefined();
    expect(whatIsMissing(whole, [])).toMatch(/series/);
    expect(whatIsMissing({ ...whole, out: ' ' }, [series('low')])).toMatch(/folder to write/);
    expect(whatIsMissing({ ...whole, repeated: 'x' }, [series('low')])).toMatch(/differ/);
    expect(whatIsMissing({ ...whole, source: 'folder' }, [])).toMatch(/folder to take/);
  });
});
