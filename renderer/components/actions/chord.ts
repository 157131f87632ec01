/** The parts of a keyboard event that decide a chord. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const modifierKeys = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph']);

/**
 * Chord of a key press, undefined for a bare modifier. Letters go by their meaning (`KeyZ` is where the layout has its
 * Z, so that the sheet's letters are right on AZERTY and QWERTZ), digits by `event.code` (so that they work where the
 * digit row needs Shift), other keys by `event.key`; printable signs carry no Shift, the sign itself says it.
 * Ctrl stands for Ctrl and Cmd.
 */
export function chordOf(press: KeyPress): string | undefined {
  if (modifierKeys.has(press.key)) return undefined;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1];
  const isLetter = /^[a-z]$/i.test(press.key) || (/^Key[A-Z]$/.test(press.code) && !/^[ -~]$/.test(press.key));
  const letter = /^[a-z]$/i.test(press.key) ? press.key.toUpperCase() : press.code.slice(3);
  const name =
    digit !== undefined ? `Digit${digit}` : isLetter ? `Key${letter}` : press.key === ' ' ? 'Space' : press.key;
  const isSign = name.length === 1;
  const parts = [
    press.ctrlKey || press.metaKey ? 'Ctrl' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && !isSign ? 'Shift' : '',
    name,
  ];
  return parts.filter(Boolean).join('+');
}

const shown: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Delete: 'Del',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  '-': '−',
};

/** `Ctrl+Shift+KeyZ` -> `Ctrl Shift Z` */
export function chordText(chord: string): string {
  const parts = chord === '+' ? ['+'] : chord.split('+').map((part) => (part === '' ? '+' : part));
  return parts.map((part) => shown[part] ?? part.replace(/^(Key|Digit)(?=.$)/, '')).join(' ');
}
