import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './IconButton.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, right-aligned. */
  readonly footer?: ReactNode;
  readonly width?: 'small' | 'medium' | 'large';
}

/** Mounted means open. Esc and the close button call `onClose`; the browser keeps the focus inside. */
export function Dialog({ title, onClose, children, footer, width = 'medium' }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The browser would take the close button; the first thing to fill in is meant, else the text.
      const first = body.current?.querySelector<HTMLElement>('input:not([type=checkbox]), select, textarea');
      (first ?? body.current)?.focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog dialog-${width}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-header">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <div ref={body} className="dialog-body" tabIndex={-1}>
        {children}
      </div>
      {footer ? <footer className="dialog-footer">{footer}</footer> : null}
    </dialog>
  );
}
