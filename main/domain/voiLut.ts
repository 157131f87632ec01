/**
 * VOI LUT: from modality values (after rescale) to grey levels (DICOM PS3.3 C.11.2). Pure.
 */

export type VoiLutFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A window in modality units. */
export interface VoiWindow {
  readonly center: number;
  readonly width: number;
  readonly explanation?: string;
}

/** A lookup table of a Modality or VOI LUT Sequence item: input value `firstMapped` maps to data[0]. */
export interface LookupTable {
  readonly firstMapped: number;
  readonly bits: number;
  readonly data: Uint16Array;
}

/**
 * Maps one modality value into [low, high].
 * LINEAR: C.11.2.1.2.1 (center - 0.5, width - 1); LINEAR_EXACT: C.11.2.1.3.2; SIGMOID: C.11.2.1.3.1.
 * A width below the smallest legal one (1 for LINEAR, 0 for others) is a step at the centre.
 */
export function applyWindow(
  value: number,
  window: VoiWindow,
  voiLutFunction: VoiLutFunction = 'LINEAR',
  low = 0,
  high = 255,
): number {
  switch (voiLutFunction) {
    case 'LINEAR':
      return linear(value, window.center - 0.5, window.width - 1, low, high);
    case 'LINEAR_EXACT':
      return linear(value, window.center, window.width, low, high);
    case 'SIGMOID':
      return sigmoid(value, window, low, high);
  }
}

function linear(value: number, center: number, width: number, low: number, high: number): number {
  if (width <= 0) return value <= center ? low : high;
  if (value <= center - width / 2) return low;
  if (value > center + width / 2) return high;
  return ((value - center) / width + 0.5) * (high - low) + low;
}

function sigmoid(value: number, window: VoiWindow, low: number, high: number): number {
  if (window.width <= 0) return value <= window.center ? low : high;
  return (high - low) / (1 + Math.exp((-4 * (value - window.center)) / window.width)) + low;
}

/** Table output for an input value; inputs outside the table take its first or last entry (C.11.1.1.1). */
export function lookUp(table: LookupTable, value: number): number {
  const index = Math.round(value) - table.firstMapped;
  const last = table.data.length - 1;
  return table.data[Math.min(Math.max(index, 0), last)] ?? 0;
}

/** Table output scaled from the table's own bit depth to [low, high]. */
export function applyVoiTable(table: LookupTable, value: number, low = 0, high = 255): number {
  const full = 2 ** table.bits - 1;
  return (Math.min(lookUp(table, value), full) / full) * (high - low) + low;
}

/** A window that just shows [minimum, maximum], for images whose header has none. */
export function fullRangeWindow(minimum: number, maximum: number): VoiWindow {
  return { center: (minimum + maximum + 1) / 2, width: Math.max(1, maximum - minimum + 1) };
}
