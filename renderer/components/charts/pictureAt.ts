/** The i-th of equally large pictures that lie one after the other. */
export function pictureAt(pixels: Uint8Array | undefined, size: number, i: number): Uint8Array | undefined {
  const area = size * size;
  return pixels && (i + 1) * area <= pixels.length ? pixels.subarray(i * area, (i + 1) * area) : undefined;
}
