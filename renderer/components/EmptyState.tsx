import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

interface EmptyStateProps {
  readonly icon?: IconName;
  readonly title: string;
  /** What to do next. */
  readonly children?: ReactNode;
}

export function EmptyState({ icon = 'info', title, children }: EmptyStateProps): ReactNode {
  return (
    <div className="empty-state" role="status">
      <Icon name={icon} size={32} />
      <h2>{title}</h2>
      {children ? <div className="empty-state-text">{children}</div> : null}
    </div>
  );
}
