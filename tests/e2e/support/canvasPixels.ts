import type { Locator } from '@playwright/test';

/** What the painted canvas of a viewport shows, as numbers. */
export interface CanvasPixels {
  readonly width: number;
  readonly height: number;
  /** Mean of red, green and blue over all pixels, 0..255. */
  readonly brightness: number;
  /** Share of pixels whose channels differ visibly: 0 for a grey picture. */
  readonly colourful: number;
  /** Mean difference of the channels: how strong the colour is. */
  readonly colourStrength: number;
  /** Equal for equal pictures. */
  readonly fingerprint: number;
  /** Brightness of an evenly spaced grid of `cells` x `cells` points, row-major. */
  readonly grid: readonly number[];
}

const cells = 24;

/** Reads the canvas of a viewport (`viewport` is its region). */
export function canvasPixels(viewport: Locator): Promise<CanvasPixels> {
  return viewport.locator('canvas.cornerstone-canvas').evaluate((element, count) => {
    const canvas = element as HTMLCanvasElement;
    const { width, height } = canvas;
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
    if (!pixels) throw new Error('the viewport has no 2D canvas');
    let [sum, colourful, strength, fingerprint] = [0, 0, 0, 17];
    const brightnessAt = (at: number): number =>
      ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
    for (let at = 0; at < pixels.length; at += 4) {
      const channels = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      const spread = Math.max(...channels) - Math.min(...channels);
      sum += brightnessAt(at);
      strength += spread;
      if (spread > 12) colourful += 1;
      fingerprint = (Math.imul(fingerprint, 31) + (channels[0] ?? 0) * 3 + (channels[2] ?? 0)) | 0;
    }
    const total = width * height;
    const grid = Array.from({ length: count * count }, (_, i) => {
      const x = Math.floor((((i % count) + 0.5) / count) * width);
      const y = Math.floor(((Math.floor(i / count) + 0.5) / count) * height);
      return brightnessAt((y * width + x) * 4);
    });
    const [brightness, colourStrength] = [sum / total, strength / total];
    return { width, height, brightness, colourful: colourful / total, colourStrength, fingerprint, grid };
  }, cells);
}
