/** `11.2 million`, `98 thousand`: numbers of weights and of operations as people say them. */
export function formatLarge(value: number): string {
  const steps = [
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
  ] as const;
  const found = steps.find(([unit]) => value >= unit * 0.9995);
  if (!found) return String(Math.round(value));
  const [unit, word] = found;
  const scaled = value / unit;
  return `${scaled >= 99.95 ? Math.round(scaled) : scaled.toFixed(1)} ${word}`;
}

/** `64 maps of 32 × 32`, `512 values` */
export function shapeText(shape: readonly number[]): string {
  const [channels = 0, rows, columns] = shape;
  if (rows === undefined || columns === undefined) return `${shape.join(' × ')} values`;
  return `${channels} ${channels === 1 ? 'map' : 'maps'} of ${rows} × ${columns}`;
}
