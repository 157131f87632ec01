/** A short message that never blocks; `undo` shows a button that takes the change back. */
export interface Notice {
  readonly id: number;
  readonly tone: 'ok' | 'info' | 'warn' | 'bad';
  readonly text: string;
  readonly undo?: () => void;
}

const listeners = new Set<() => void>();
let notices: readonly Notice[] = [];
let nextId = 1;

const lifetimeMs = (notice: Notice): number => (notice.tone === 'bad' ? 12_000 : notice.undo ? 8_000 : 5_000);

function publish(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Shows a notice; the same text shown twice in a row is shown once. */
export function notify(notice: Omit<Notice, 'id'>): void {
  const added: Notice = { ...notice, id: nextId++ };
  publish([...notices.filter((shown) => shown.text !== notice.text), added].slice(-4));
  setTimeout(() => dismissNotice(added.id), lifetimeMs(added));
}

export function dismissNotice(id: number): void {
  publish(notices.filter((notice) => notice.id !== id));
}

/** For useSyncExternalStore. */
export const noticeStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): readonly Notice[] => notices,
};
