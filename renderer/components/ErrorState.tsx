import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';

interface ErrorStateProps {
  /** What happened, in plain words. */
  readonly text: string;
  readonly onRetry?: () => void;
}

export function ErrorState({ text, onRetry }: ErrorStateProps): ReactNode {
  return (
    <div className="error-state" role="alert">
      <Icon name="warning" />
      <p>{text}</p>
      {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
    </div>
  );
}
