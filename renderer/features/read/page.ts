import type { PageDefinition } from '../../components/page.ts';
import { ReadPage } from './ReadPage.tsx';

export const page: PageDefinition = {
  id: 'read',
  title: 'Read',
  icon: 'read',
  order: 2,
  isAvailable: (summary) => summary.series > 0,
  Component: ReadPage,
};
