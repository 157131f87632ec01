/** Numbers as people read them: a unit, and only digits that mean something. */

const group = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const formatCount = (n: number): string => group.format(n);

/** `1 series`, `3 patients`: the plural is the singular with an s unless given. */
export const formatAmount = (n: number, singular: string, plural = `${singular}s`): string =>
  `${formatCount(n)} ${n === 1 ? singular : plural}`;

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? 'B'}`;
}

/** `8 s`, `4 min`, `1 h 20 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `0.93 [0.90, 0.95]` */
export function formatInterval({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

export const formatPercent = (fraction: number, digits = 0): string => `${(fraction * 100).toFixed(digits)} %`;

/** `2026-11-20` as it is; DICOM's `20261120` with dashes. */
export const formatDate = (date: string | undefined): string =>
  date === undefined
    ? ''
    : /^\d{8}$/.test(date)
      ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
      : date.slice(0, 10);

/** ISO timestamp to local `2026-11-20 14:05`. */
export function formatTime(timestamp: string): string {
  const date = new Date(timestamp);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** DICOM person name `Family^Given^Middle^Prefix^Suffix` (PS3.5 6.2.1) as `Family, Given Middle`. */
export function formatPersonName(name: string): string {
  const [family = '', given = '', middle = ''] = (name.split('=').find((group) => group.trim() !== '') ?? '')
    .split('^')
    .map((part) => part.trim());
  return [family, [given, middle].filter(Boolean).join(' ')].filter(Boolean).join(', ');
}
