import type { NetworkDescription, StageDescription } from '../../../main/contract/networks.ts';

/** A feature map of one stage, drawn as a block: its face is the map, its depth the number of channels. */
export interface Block {
  /** Left edge and middle of the front face. */
  readonly x: number;
  readonly y: number;
  /** Side of the face along the rows and columns, to one scale for the whole network. */
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  /** Room the block and its words take. */
  readonly columnWidth: number;
}

/** The image is drawn this high. */
const imageHeight = 190;
const leastColumn = 150;
const gap = 26;
/** Blocks of values without a place (after the average) and very small maps are still to be seen. */
const leastSide = 3;

/** Drawn depth grows with the root: 2,048 channels must not hide the picture. */
export const depthOf = (channels: number): number => 2 + 2.2 * Math.sqrt(channels);

export interface Drawing {
  readonly input: Block;
  readonly stages: readonly Block[];
  readonly width: number;
  readonly height: number;
}

/** Places the image and every stage's result from left to right, faces to scale, all on one middle line. */
export function drawingOf({ inputShape, stages }: Pick<NetworkDescription, 'inputShape' | 'stages'>): Drawing {
  const perPixel = imageHeight / Math.max(inputShape[1], inputShape[2]);
  let x = 20;
  const block = (shape: readonly number[]): Block => {
    const [channels = 1, rows = 0, columns = 0] = shape;
    const isMap = shape.length === 3;
    const height = isMap ? Math.max(leastSide, rows * perPixel) : leastSide;
    // The face is seen from the side: its columns go into the depth of the picture.
    const width = isMap ? Math.max(leastSide, columns * perPixel * 0.34) : leastSide;
    const depth = depthOf(channels);
    const columnWidth = Math.max(leastColumn, width + depth + gap);
    const placed = { x, y: 36 + imageHeight / 2, height, width, depth, columnWidth };
    x += columnWidth;
    return placed;
  };
  const input = block(inputShape);
  const blocks = stages.map(({ shape }) => block(shape));
  return { input, stages: blocks, width: x + 10, height: imageHeight + 186 };
}

/** Share of each stage in a sum over all: of weights, or of work. */
export function sharesOf(
  stages: readonly StageDescription[],
  of: (stage: StageDescription) => number,
): readonly number[] {
  const total = stages.reduce((sum, stage) => sum + of(stage), 0);
  return stages.map((stage) => (total > 0 ? of(stage) / total : 0));
}
