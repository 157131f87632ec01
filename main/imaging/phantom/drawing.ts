import type { Canvas, Grid, Stream } from './canvas.ts';
import type { Lesion } from './lesion.ts';

export const phantomKinds = ['ct-nodule', 'mr-lesion', 'cr'] as const;
export type PhantomKind = (typeof phantomKinds)[number];

/** The two classes of each kind; the second one is the finding. */
export const phantomClasses: Readonly<Record<PhantomKind, readonly [string, string]>> = {
  'ct-nodule': ['smooth', 'spiculated'],
  'mr-lesion': ['no-lesion', 'lesion'],
  cr: ['normal', 'opacity'],
};

/** What to draw: sampling, class, and the draws that decide everything else. */
export interface Sketch {
  readonly grid: Grid;
  readonly className: string;
  readonly next: Stream;
  /** Standard normal draws for pixel noise. */
  readonly noise: () => number;
  /** Where the lesion has to be, [x, y] mm from the middle of the image; drawn at random where absent. */
  readonly lesionMm?: readonly [number, number] | undefined;
}

/** Pixels in physical units (HU for CT), the lesion's mask, and the lesion itself where the class has one. */
export interface Drawing {
  readonly canvas: Canvas;
  readonly lesion: Lesion | undefined;
}
