import type { PageDefinition } from '../../components/page.ts';
import { SettingsPage } from './SettingsPage.tsx';

export const page: PageDefinition = {
  id: 'settings',
  title: 'Settings',
  icon: 'settings',
  order: 8,
  isAvailable: () => true,
  Component: SettingsPage,
};
