import type { WorklistRow } from '../../main/contract/images.ts';
import { actionIds, definitionOf } from '../components/actions/catalogue.ts';
import { chordText } from '../components/actions/chord.ts';
import { isBound, keysOf, runAction } from '../components/actions/registry.ts';
import { formatPersonName } from '../components/format.ts';
import type { IconName } from '../components/Icon.tsx';
import { navigate } from '../components/navigation.ts';
import type { WorkspaceSummary } from '../components/page.ts';
import { pages } from './pages.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  readonly run: () => void;
}

const mostShown = 30;

/** What the palette offers for a text: every word must occur. Pages and actions first, then series. */
export function findEntries(
  text: string,
  rows: readonly WorklistRow[],
  summary: WorkspaceSummary | undefined,
): PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (haystack: string): boolean => words.every((word) => haystack.toLowerCase().includes(word));
  const found = [...pageEntries(summary), ...actionEntries()].filter(({ title, detail }) =>
    matches(`${title} ${detail}`),
  );
  for (const row of words.length > 0 ? rows : []) {
    if (found.length >= mostShown) break;
    if (row.hasImages && matches(seriesText(row))) found.push(seriesEntry(row));
  }
  return found.slice(0, mostShown);
}

const pageEntries = (summary: WorkspaceSummary | undefined): PaletteEntry[] =>
  pages
    .filter((page) => summary && page.isAvailable(summary))
    .map((page) => ({
      id: `page-${page.id}`,
      icon: page.icon,
      title: page.title,
      detail: `Alt ${page.order}`,
      run: () => navigate(page.id),
    }));

const actionEntries = (): PaletteEntry[] =>
  actionIds
    .filter((id) => isBound(id) && id !== 'app.palette' && !id.startsWith('app.page'))
    .map((id) => ({
      id,
      icon: 'keyboard',
      title: definitionOf(id).title,
      detail: keysOf(id).map(chordText).join(', '),
      run: () => runAction(id),
    }));

const seriesText = (row: WorklistRow): string =>
  [row.patientName, row.patientId, row.modality, row.studyDescription, row.seriesDescription, row.studyDate].join(' ');

const seriesEntry = (row: WorklistRow): PaletteEntry => ({
  id: row.seriesInstanceUid,
  icon: 'read',
  title: `${formatPersonName(row.patientName) || row.patientId} · ${row.seriesDescription ?? row.modality}`,
  detail: `${row.modality}, ${row.frames} images`,
  run: () => navigate('read', [row.seriesInstanceUid]),
});
