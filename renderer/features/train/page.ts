import type { PageDefinition } from '../../components/page.ts';
import { TrainPage } from './TrainPage.tsx';

export const page: PageDefinition = {
  id: 'train',
  title: 'Train',
  icon: 'train',
  order: 5,
  isAvailable: (summary) => summary.snapshots > 0 || summary.runs > 0,
  Component: TrainPage,
};
