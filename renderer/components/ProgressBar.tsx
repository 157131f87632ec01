import type { ReactNode } from 'react';

interface ProgressProps {
  readonly label: string;
  /** 0..1; absent while the amount of work is unknown. */
  readonly fraction?: number | undefined;
}

export function ProgressBar({ label, fraction }: ProgressProps): ReactNode {
  return (
    <progress
      className="progress-bar"
      aria-label={label}
      max={1}
      {...(fraction === undefined ? {} : { value: fraction })}
    />
  );
}
