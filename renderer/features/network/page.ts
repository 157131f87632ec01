import type { PageDefinition } from '../../components/page.ts';
import { NetworkPage } from './NetworkPage.tsx';

/** Opened from the training form and from a model; not a place of the daily round, hence not on the rail. */
export const page: PageDefinition = {
  id: 'network',
  title: 'Networks',
  icon: 'models',
  order: 9,
  isAvailable: () => false,
  Component: NetworkPage,
};
