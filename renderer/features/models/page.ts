import type { PageDefinition } from '../../components/page.ts';
import { ModelsPage } from './ModelsPage.tsx';

export const page: PageDefinition = {
  id: 'models',
  title: 'Models',
  icon: 'models',
  order: 6,
  isAvailable: (summary) => summary.models > 0 || summary.snapshots > 0,
  Component: ModelsPage,
};
