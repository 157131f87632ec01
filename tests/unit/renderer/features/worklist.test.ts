import { describe, expect, it } from 'vitest';
import type { WorklistRow } from '../../../../main/contract/images.ts';
import type { LabelDefinition } from '../../../../main/contract/labels.ts';
import { inWorklistOrder } from '../../../../renderer/client/worklistOrder.ts';
import { applyFacets, type FacetChoice } from '../../../../renderer/features/worklist/facets.ts';
import { linesOf } from '../../../../renderer/features/worklist/lines.ts';

const row = (patientId: string, seriesInstanceUid: string, change: Partial<WorklistRow> = {}): WorklistRow =>
  ({
    patientId,
    patientName: '',
    studyInstanceUid: '1',
    seriesInstanceUid,
    modality: 'CT',
    frames: 1,
    stacks: 1,
    hasImages: true,
    labels: [],
    lesions: 0,
    findings: 0,
    isRemoved: false,
    importedAt: '',
    ...change,
  }) as WorklistRow;

const pneumonia: LabelDefinition = {
  id: 'd1',
  name: 'Pneumonia',
  scope: 'series',
  values: [
    { value: 'no', colour: '#000000' },
    { value: 'yes', colour: '#ffffff' },
  ],
  modalities: [],
  isRetired: false,
};
const yes = { definitionId: 'd1', name: 'Pneumonia', value: 'yes', colour: '#ffffff' };

const rows = [
  row('P2', '2.1', { labels: [yes] }),
  row('P10', '10.1', { modality: 'MR', findings: 2 }),
  row('P2', '2.2', { seriesDescription: 'Lung window' }),
];
const shown = (chosen: FacetChoice[], search = ''): string[] =>
  applyFacets(rows, [pneumonia], new Set(chosen), search).rows.map((found) => found.seriesInstanceUid);

describe('applyFacets', () => {
  it('adds up choices of one facet and narrows by several', () => {
    expect(shown(['modality=CT', 'modality=MR'])).toHaveLength(3);
    expect(shown(['modality=CT', 'status=unread'])).toEqual(['2.2']);
    expect(shown(['label:d1=yes'])).toEqual(['2.1']);
    expect(shown(['label:d1='])).toEqual(['10.1', '2.2']);
    expect(shown([], 'lung p2')).toEqual(['2.2']);
  });

  it('misses no answer in a series that the question is not asked about', () => {
    const ofCt = { ...pneumonia, modalities: ['CT'] };
    const open = new Set<FacetChoice>(['label:d1=']);
    expect(applyFacets(rows, [ofCt], open, '').rows.map((found) => found.seriesInstanceUid)).toEqual(['2.2']);
  });

  it('says whose reading it is, where somebody reads', () => {
    const titles = (whose: 'mine' | 'anybody') =>
      applyFacets(rows, [], new Set(), '', whose).facets[0]?.options.map(({ title }) => title);
    expect(titles('mine')).toEqual(['Not read by me', 'Read by me']);
    expect(titles('anybody')).toEqual(['Not read', 'Read']);
  });

  it('counts what a choice would show beside the other facets', () => {
    const { facets } = applyFacets(rows, [pneumonia], new Set<FacetChoice>(['modality=CT']), '');
    const counts = (id: string) => facets.find((facet) => facet.id === id)?.options.map(({ count }) => count);
    expect(counts('modality')).toEqual([2, 1]);
    expect(counts('label:d1')).toEqual([1, 0, 1]);
    expect(counts('findings')).toEqual([0, 2]);
  });
});

it('groups series under their patient and closes patients', () => {
  const ordered = inWorklistOrder(rows);
  expect(ordered.map(({ patientId }) => patientId)).toEqual(['P2', 'P2', 'P10']);
  const lines = linesOf(ordered, new Set(['P2']));
  expect(lines.map((line) => (line.kind === 'patient' ? line.patientId : line.row.seriesInstanceUid))).toEqual([
    'P2',
    'P10',
    '10.1',
  ]);
});
