import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ConfusionMatrix } from '../../../../renderer/components/charts/ConfusionMatrix.tsx';
import { classColour } from '../../../../renderer/components/charts/classColour.ts';
import { IntervalChart } from '../../../../renderer/components/charts/IntervalChart.tsx';
import { linearScale, niceTicks, shareDomain } from '../../../../renderer/components/charts/linearScale.ts';
import { pictureAt } from '../../../../renderer/components/charts/pictureAt.ts';

describe('axes', () => {
  it('map a domain to a range, upside down too', () => {
    expect(linearScale([0, 1], [0, 100])(0.25)).toBe(25);
    expect(linearScale([0, 1], [300, 0])(1)).toBe(0);
  });

  it('have round ticks inside the domain', () => {
    expect(niceTicks([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks([0, 1], 2)).toEqual([0, 0.5, 1]);
    expect(niceTicks([0.13, 0.99])).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(niceTicks([3, 3])).toEqual([3]);
  });

  it('of shares reach below the lowest interval', () => {
    expect(shareDomain([])).toEqual([0.4, 1]);
    expect(shareDomain([0.26, 0.15])).toEqual([0.1, 1]);
    expect(shareDomain([0])).toEqual([0, 1]);
  });
});

describe('IntervalChart', () => {
  it('says every estimate in words, too', () => {
    const rows = [
      { id: 'a', label: 'this model', estimate: { value: 0.931, low: 0.9, high: 0.954 } },
      { id: 'b', label: 'prevalence', estimate: undefined },
    ];
    const html = renderToStaticMarkup(createElement(IntervalChart, { label: 'AUROC', rows }));
    expect(html).toContain('aria-label="this model 0.93 [0.90, 0.95]"');
    expect(html).toContain('aria-label="prevalence: none"');
  });
});

describe('ConfusionMatrix', () => {
  it('names each cell by its truth and answer', () => {
    const counts = [
      [5, 1],
      [0, 0],
    ];
    const html = renderToStaticMarkup(
      createElement(ConfusionMatrix, { classes: ['benign', 'malignant'], counts, onChoose: () => undefined }),
    );
    expect(html).toContain('aria-label="1 cases: truth benign, model says malignant"');
    expect(html).toContain('83 %');
    expect(html).toContain('–');
  });
});

describe('classColour', () => {
  const definitions = [{ name: 'nodule', values: [{ value: 'smooth', colour: '#123456' }] }];

  it('is the one of the label definition', () => {
    expect(classColour(definitions, 'nodule', ['smooth'], 'smooth')).toBe('#123456');
  });

  it('goes by the place of the class where no definition knows it', () => {
    expect(classColour(undefined, 'nodule', ['a', 'b'], 'b')).toBe('#e69f00');
  });
});

describe('pictureAt', () => {
  it('cuts one picture out of many', () => {
    const pixels = Uint8Array.from({ length: 8 }, (_, i) => i);
    expect(pictureAt(pixels, 2, 1)).toEqual(Uint8Array.from([4, 5, 6, 7]));
    expect(pictureAt(pixels, 2, 2)).toBeUndefined();
    expect(pictureAt(undefined, 2, 0)).toBeUndefined();
  });
});
