import { type ReactNode, useId } from 'react';

interface CardProps {
  readonly title?: string;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled part of a page. */
export function Card({ title, actions, children, className = '' }: CardProps): ReactNode {
  const id = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={title ? id : undefined}>
      {title ? (
        <header className="card-header">
          <h2 id={id}>{title}</h2>
          {actions}
        </header>
      ) : null}
      {children}
    </section>
  );
}
