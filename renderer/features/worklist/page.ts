import type { PageDefinition } from '../../components/page.ts';
import { WorklistPage } from './WorklistPage.tsx';

export const page: PageDefinition = {
  id: 'worklist',
  title: 'Worklist',
  icon: 'worklist',
  order: 1,
  isAvailable: (summary) => summary.series > 0,
  Component: WorklistPage,
};
