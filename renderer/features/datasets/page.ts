import type { PageDefinition } from '../../components/page.ts';
import { DatasetsPage } from './DatasetsPage.tsx';

export const page: PageDefinition = {
  id: 'datasets',
  title: 'Datasets',
  icon: 'datasets',
  order: 4,
  isAvailable: (summary) => summary.labels > 0 || summary.snapshots > 0,
  Component: DatasetsPage,
};
