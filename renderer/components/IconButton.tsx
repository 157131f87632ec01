import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  /** The accessible name, also the tooltip. */
  readonly label: string;
  /** Given: a toggle. */
  readonly isPressed?: boolean;
}

export function IconButton({ icon, label, isPressed, ...rest }: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      className={`icon-button ${rest.className ?? ''}`}
      aria-label={label}
      aria-pressed={isPressed}
    >
      <Icon name={icon} />
    </button>
  );
}
