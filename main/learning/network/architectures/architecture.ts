import type { Network } from '../network.ts';

export interface ArchitectureOptions {
  /** Channels of an image: 1 for grey values, 3 for networks that start from colour photographs. */
  readonly channels: number;
  readonly classes: number;
  /** The starting weights are a function of it. */
  readonly seed: number;
  /** Weights of zeros that are never touched: a network to count, to estimate or to draw, at no cost in memory or time. */
  readonly isBlank?: boolean;
}

export interface Architecture {
  readonly id: string;
  readonly title: string;
  /** One line for a person who chooses. */
  readonly description: string;
  /** Image side below which the network cannot work, in pixels. */
  readonly minimumSize: number;
  build(options: ArchitectureOptions): Network;
}
