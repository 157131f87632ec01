import { type ReactNode, useSyncExternalStore } from 'react';
import { dismissNotice, noticeStore } from '../client/notices.ts';
import { Button } from '../components/Button.tsx';
import { Icon } from '../components/Icon.tsx';
import { IconButton } from '../components/IconButton.tsx';

const icons = { ok: 'check', info: 'info', warn: 'warning', bad: 'warning' } as const;

/** Short messages at the lower right, read out by screen readers. */
export function Toasts(): ReactNode {
  const notices = useSyncExternalStore(noticeStore.subscribe, noticeStore.get);
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className={`toast toast-${notice.tone}`} role={notice.tone === 'bad' ? 'alert' : 'status'}>
          <Icon name={icons[notice.tone]} size={16} />
          <p>{notice.text}</p>
          {notice.undo ? (
            <Button
              onClick={() => {
                notice.undo?.();
                dismissNotice(notice.id);
              }}
            >
              Undo
            </Button>
          ) : null}
          <IconButton icon="close" label="Dismiss" onClick={() => dismissNotice(notice.id)} />
        </div>
      ))}
    </section>
  );
}
