import type { PageDefinition } from '../../components/page.ts';
import { DeidentifyPage } from './DeidentifyPage.tsx';

/** Reached from the worklist, the start page and its jobs; not a place on the rail, for it is seldom needed. */
export const page: PageDefinition = {
  id: 'deidentify',
  title: 'De-identify',
  icon: 'lock',
  order: 9,
  isAvailable: () => false,
  Component: DeidentifyPage,
};
