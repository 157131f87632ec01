import type { ReactNode } from 'react';
import { navigate, useRoute } from '../../components/navigation.ts';
import { Tabs } from '../../components/Tabs.tsx';
import { DevicesTab } from './devices/DevicesTab.tsx';
import { PrivacyCard } from './PrivacyCard.tsx';
import { QuestionsCard } from './QuestionsCard.tsx';
import { ReadersCard } from './ReadersCard.tsx';
import { ShortcutsCard } from './ShortcutsCard.tsx';
import './settings.css';

const tabs = [
  { id: 'readers', title: 'Readers', content: <ReadersCard /> },
  { id: 'questions', title: 'Label protocol', content: <QuestionsCard /> },
  { id: 'shortcuts', title: 'Shortcuts', content: <ShortcutsCard /> },
  { id: 'devices', title: 'Devices', content: <DevicesTab /> },
  { id: 'privacy', title: 'Appearance and privacy', content: <PrivacyCard /> },
] as const;
type TabId = (typeof tabs)[number]['id'];

export function SettingsPage(): ReactNode {
  const { params } = useRoute();
  const current = tabs.find(({ id }) => id === params[0])?.id ?? 'readers';
  return (
    <div className="settings">
      <h1>Settings</h1>
      <Tabs<TabId> label="Settings" tabs={tabs} current={current} onChange={(id) => navigate('settings', [id])} />
    </div>
  );
}
