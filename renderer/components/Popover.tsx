import { type CSSProperties, type ReactNode, useId } from 'react';
import type { ActionId } from './actions/catalogue.ts';
import { useAction } from './actions/registry.ts';

interface PopoverProps {
  /** Content of the button that opens it. */
  readonly button: ReactNode;
  readonly label: string;
  /** Content; as a function it gets what closes the popover. */
  readonly children: ReactNode | ((close: () => void) => ReactNode);
  readonly className?: string;
  /** Opens it from anywhere. */
  readonly action?: ActionId;
}

/** A button with a panel under it; a click outside or Esc closes it (the browser's own popover). */
export function Popover({ button, label, children, className = '', action }: PopoverProps): ReactNode {
  const id = useId();
  useAction(action ?? 'app.reader', () => document.getElementById(id)?.showPopover(), action !== undefined);
  const anchor = `--${id.replace(/[^a-zA-Z0-9]/g, '')}`;
  return (
    <>
      <button
        type="button"
        className={`button button-quiet ${className}`}
        popoverTarget={id}
        aria-label={label}
        style={{ anchorName: anchor } as CSSProperties}
      >
        {button}
      </button>
      <section
        id={id}
        popover="auto"
        className="popover"
        aria-label={label}
        onToggle={(event) => {
          // What is to be filled in takes the keys, not the page behind.
          if (event.newState === 'open') event.currentTarget.querySelector('input')?.focus();
        }}
        style={{ positionAnchor: anchor } as CSSProperties}
      >
        {typeof children === 'function' ? children(() => document.getElementById(id)?.hidePopover()) : children}
      </section>
    </>
  );
}
