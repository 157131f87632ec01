import type { ReactNode } from 'react';

interface ProgressRingProps {
  readonly label: string;
  /** 0..1; absent while the amount of work is unknown. */
  readonly fraction?: number | undefined;
  readonly size?: number;
}

export function ProgressRing({ label, fraction, size = 16 }: ProgressRingProps): ReactNode {
  const circumference = 2 * Math.PI * 6.5;
  const shown = fraction ?? 0.25;
  return (
    <svg
      className={`progress-ring ${fraction === undefined ? 'is-unknown' : ''}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === undefined ? undefined : Math.round(fraction * 100)}
    >
      <circle cx="8" cy="8" r="6.5" className="progress-ring-track" />
      <circle
        cx="8"
        cy="8"
        r="6.5"
        className="progress-ring-value"
        strokeDasharray={`${shown * circumference} ${circumference}`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
