import type { ReactNode } from 'react';

interface BadgeProps {
  readonly tone?: 'neutral' | 'ok' | 'warn' | 'bad' | 'accent';
  /** A dot of this colour before the text, for label values. */
  readonly colour?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', colour, title, children }: BadgeProps): ReactNode {
  return (
    <span className={`badge badge-${tone}`} title={title}>
      {colour ? <i className="badge-dot" style={{ background: colour }} /> : null}
      {children}
    </span>
  );
}
