import type { PageDefinition } from '../../components/page.ts';
import { SearchPage } from './SearchPage.tsx';

/** Opened from the page of trainings and from a training; not a place of the daily round, hence not on the rail. */
export const page: PageDefinition = {
  id: 'search',
  title: 'Search settings',
  icon: 'search',
  order: 9,
  isAvailable: () => false,
  Component: SearchPage,
};
