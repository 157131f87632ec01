import { describe, expect, it } from 'vitest';
import { mainFigure } from '../../../../renderer/components/mainFigure.ts';
import {
  baselineWarning,
  countText,
  looksText,
  methodText,
  refusalAdvice,
  sourceText,
} from '../../../../renderer/features/models/evaluationWords.ts';
import { operatingPoint } from '../../../../renderer/features/models/operatingPoint.ts';

describe('words about an evaluation', () => {
  it('count cases and patients', () => {
    expect(countText({ nCases: 1, nPatients: 1 })).toBe('1 case of 1 patient');
    expect(countText({ nCases: 1510, nPatients: 151 })).toBe('1,510 cases of 151 patients');
  });

  it('say where the cases come from', () => {
    expect(sourceText({ split: 'test', outOfFold: false })).toBe('test part');
    const tta = { flipHorizontal: false, flipVertical: false, shift: 0.03, rotationDegrees: 5 };
    expect(sourceText({ split: 'test', outOfFold: false, tta })).toBe(
      'test part; mean of 7 views: turned by ±5°, shifted by ±3 % of the side',
    );
    expect(sourceText({ split: 'out-of-fold', outOfFold: true })).toMatch(/^out of fold/);
  });

  it('sum grades up by kappa, classes by AUROC, and hold baselines against the same figure', () => {
    const interval = (value: number, low: number, high: number) => ({ value, low, high, method: 'wilson' });
    const [kappa, auroc] = [interval(0.5, 0.3, 0.7), interval(0.9, 0.8, 0.95)];
    expect(mainFigure({ kappa, auroc })).toEqual({ title: 'Weighted kappa', estimate: kappa });
    expect(mainFigure({ auroc })).toEqual({ title: 'AUROC', estimate: auroc });
    expect(mainFigure({})).toBeUndefined();
    const baselines = [{ name: 'linear', description: '', accuracy: 0.5, kappa: interval(0.4, 0.2, 0.6) }];
    const perCase = { nCases: 9, nPatients: 9, accuracy: interval(0.6, 0.4, 0.8), confusion: [], roc: [] };
    expect(baselineWarning({ perCase: { ...perCase, kappa }, baselines })).toContain('linear');
    const clear = { ...perCase, kappa: interval(0.8, 0.7, 0.9) };
    expect(baselineWarning({ perCase: clear, baselines })).toBeUndefined();
  });

  it('warn when the test part is looked at often', () => {
    expect(looksText(1)).toMatch(/once/);
    expect(looksText(2)).not.toMatch(/too good/);
    expect(looksText(9)).toMatch(/9 times.*too good/);
  });

  it('name interval methods and leave unknown ones readable', () => {
    expect(methodText('delong-logit')).toBe('DeLong on the logit scale');
    expect(methodText('some-new-way')).toBe('some new way');
  });

  it('advise on what was refused', () => {
    expect(refusalAdvice('seen-in-training')).toMatch(/other patients/);
    expect(refusalAdvice('internal')).toBeUndefined();
  });
});

describe('baselineWarning', () => {
  const interval = (value: number, low: number) => ({ value, low, high: 1, method: 'delong' });
  const perCase = {
    nCases: 9,
    nPatients: 9,
    accuracy: interval(1, 0),
    confusion: [],
    roc: [],
    auroc: interval(0.9, 0.8),
  };
  const baseline = (name: string, value: number) => ({
    name,
    description: '',
    accuracy: 0.5,
    auroc: interval(value, 0.3),
  });

  it('names what the network was not shown to beat', () => {
    expect(baselineWarning({ perCase, baselines: [baseline('prevalence', 0.5), baseline('linear', 0.85)] })).toMatch(
      /better than linear:/,
    );
  });

  it('is silent where the network is clearly better, or there is no AUROC', () => {
    expect(baselineWarning({ perCase, baselines: [baseline('linear', 0.7)] })).toBeUndefined();
    expect(baselineWarning({ perCase: { ...perCase, auroc: undefined }, baselines: [] })).toBeUndefined();
  });
});

describe('operatingPoint', () => {
  const interval = (value: number) => ({ value, low: 0, high: 1, method: 'wilson' });
  const metrics = { nCases: 1, nPatients: 1, accuracy: interval(1), confusion: [], roc: [] };

  it('lies where sensitivity and specificity say', () => {
    const perCase = { ...metrics, sensitivity: interval(0.8), specificity: interval(0.75) };
    expect(operatingPoint({ perCase })).toEqual({ falsePositiveRate: 0.25, truePositiveRate: 0.8 });
  });

  it('is absent where they have no meaning', () => {
    expect(operatingPoint({ perCase: metrics })).toBeUndefined();
  });
});
