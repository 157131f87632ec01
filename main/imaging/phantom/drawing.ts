import type { Canvas, Grid, Stream } from './canvas.ts';
import type { Lesion } from './lesion.ts';

export const phantomKinds = ['ct-nodule', 'mr-lesion', 'cr', 'ct-liver'] as const;
export type PhantomKind = (typeof phantomKinds)[number];

/** The two classes of each kind; the second one is the finding. */
export const phantomClasses: Readonly<Record<PhantomKind, readonly [string, string]>> = {
  'ct-nodule': ['smooth', 'spiculated'],
  'mr-lesion': ['no-lesion', 'lesion'],
  cr: ['normal', 'opacity'],
  'ct-liver': ['persistent', 'washout'],
};

/**
 * What else is asked about each kind: a number (nodule diameter, lesion volume, cardiothoracic ratio), and a second finding,
 * yes where a number reaches a limit. The finding does not depend on the class. By name they come after the classes.
 */
export const phantomMeasures = {
  'ct-nodule': { number: 'nodule-size', unit: 'mm', maximum: 60, finding: 'nodule-large', from: 32 },
  'mr-lesion': { number: 'brain-volume', unit: 'mL', maximum: 20, finding: 'brain-wide-ventricles', from: 1.1 },
  cr: { number: 'film-width-of-heart', unit: '%', maximum: 100, finding: 'film-wide-heart', from: 41 },
  'ct-liver': { number: 'liver-lesion-size', unit: 'mm', maximum: 60, finding: 'liver-lesion-large', from: 29 },
} as const satisfies Record<PhantomKind, object>;

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
  /** Of an examination in several phases: a series for each, in their order in time; `canvas` is the last of them. */
  readonly phases?: readonly { readonly name: string; readonly canvas: Canvas }[];
  /** Of the patient: what the kind's number is, and what its second finding is judged by. */
  readonly measures: { readonly number: number; readonly finding: number };
}
