import { expect, it } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatDate,
  formatDuration,
  formatInterval,
  formatPersonName,
} from '../../../../renderer/components/format.ts';
import { formatRoute, parseRoute } from '../../../../renderer/components/navigation.ts';

it('writes numbers with units and no idle digits', () => {
  expect([formatBytes(0), formatBytes(999), formatBytes(12_400_000_000)]).toEqual(['0 B', '999 B', '12.4 GB']);
  expect([formatDuration(8.4), formatDuration(240), formatDuration(5400)]).toEqual(['8 s', '4 min', '1 h 30 min']);
  expect(formatInterval({ value: 0.934, low: 0.9, high: 0.951 })).toBe('0.93 [0.90, 0.95]');
  expect([formatAmount(1, 'patient'), formatAmount(1200, 'series', 'series')]).toEqual(['1 patient', '1,200 series']);
});

it('writes DICOM dates and names for people', () => {
  expect([formatDate('20261120'), formatDate('2026-11-20'), formatDate(undefined)]).toEqual([
    '2026-11-20',
    '2026-11-20',
    '',
  ]);
  expect([
    formatPersonName('Doe^Jane^M'),
    formatPersonName('PAT-1'),
    formatPersonName('Yamada^Tarou=山田^太郎'),
  ]).toEqual(['Doe, Jane M', 'PAT-1', 'Yamada, Tarou']);
});

it('round-trips routes with awkward ids', () => {
  const route = parseRoute(formatRoute('read', ['1.2/3 4'], { frame: 'groundglass:1.2/3' }));
  expect(route).toEqual({ page: 'read', params: ['1.2/3 4'], query: { frame: 'groundglass:1.2/3' } });
});
