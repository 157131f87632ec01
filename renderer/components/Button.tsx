import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** Shown after the text, mostly a KeyHint. */
  readonly hint?: ReactNode;
  readonly isBusy?: boolean;
}

export function Button({ tone = 'plain', icon, hint, isBusy = false, children, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${tone} ${rest.className ?? ''}`}
      disabled={rest.disabled || isBusy}
      aria-busy={isBusy || undefined}
    >
      {icon ? <Icon name={icon} size={16} /> : null}
      {children}
      {hint}
    </button>
  );
}
