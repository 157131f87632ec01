import { type KeyboardEvent, type ReactNode, useId } from 'react';

export interface Tab<T extends string> {
  readonly id: T;
  readonly title: string;
  readonly badge?: string | number | undefined;
  readonly content: ReactNode;
}

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly current: T;
  readonly onChange: (id: T) => void;
}

export function Tabs<T extends string>({ label, tabs, current, onChange }: TabsProps<T>): ReactNode {
  const id = useId();
  const shownAt = Math.max(
    0,
    tabs.findIndex((tab) => tab.id === current),
  );
  const shown = tabs[shownAt];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = tabs[(shownAt + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tab-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.title}
            {tab.badge !== undefined ? <span className="tab-badge">{tab.badge}</span> : null}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} className="tab-panel" role="tabpanel" aria-labelledby={`${id}-${shown?.id ?? ''}`}>
        {shown?.content}
      </div>
    </div>
  );
}
