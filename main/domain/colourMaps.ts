/** 256 colours for one-dimensional data and how transparent each end is over a grey image. Pure: the renderer uses it, too. */

/** Red, green, blue, 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface ColourMap {
  readonly name: 'inferno' | 'viridis' | 'cool-warm';
  /** For a person choosing. */
  readonly title: string;
  /** Diverging maps have their neutral colour in the middle, for data with a meaningful zero there. */
  readonly isDiverging: boolean;
  /** 256 colours, lowest value first. */
  readonly colours: readonly Rgb[];
}

/** Number of colours in each map. */
export const COLOUR_COUNT = 256;

function pointsOf(hexadecimal: string): Rgb[] {
  const byte = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16);
  const words = hexadecimal.trim().split(/\s+/);
  return words.map((word) => [byte(word, 0), byte(word, 2), byte(word, 4)]);
}

// Every fifth colour of van der Walt's and Smith's perceptually uniform maps (SciPy 2015, CC0,
// https://bids.github.io/colormap); between them straight lines, at most 1/255 from the original.
const inferno = pointsOf(`
  000004 02020c 050417 0a0722 10092d 160b39 1e0c45 260c51 2f0a5b 380962 400a67 490b6a 510e6c 59106e 61136e
  69166e 71196e 781c6d 801f6c 88226a 902568 982766 a02a63 a82e5f b0315b b73557 bf3952 c63d4d cc4248 d34743
  d94d3d df5337 e45a31 e9612b ed6925 f1711f f47918 f78212 f98b0b fa9407 fb9d07 fca60c fcb014 fbba1f fac42a
  f8cd37 f6d746 f4e156 f2ea69 f2f27d f5f992 fcffa4
`);

const viridis = pointsOf(`
  440154 46085c 471063 481769 481d6f 482475 472a7a 46307e 453781 433d84 414287 3f4889 3d4e8a 3a538b 38598c
  355e8d 33638d 31688e 2e6d8e 2c718e 2a768e 297b8e 27808e 25848e 23898e 218e8d 20928c 1f978b 1e9c89 1fa188
  21a585 24aa83 28ae80 2eb37c 35b779 3dbc74 46c06f 50c46a 5ac864 65cb5e 70cf57 7cd250 89d548 95d840 a2da37
  b0dd2f bddf26 cae11f d8e219 e5e419 f1e51d fde725
`);

// The 33 points of Moreland, "Diverging color maps for scientific visualization", ISVC 2009 (public domain).
const coolWarm = pointsOf(`
  3b4cc0 445acc 4d68d7 5775e1 6282ea 6c8ef1 779af7 82a5fb 8db0fe 98b9ff a3c2ff aec9fd b8d0f9 c2d5f4 ccd9ee
  d5dbe6 dddddd e5d8d1 ecd3c5 f1ccb9 f5c4ad f7bba0 f7b194 f7a687 f49a7b f18d6f ec7f63 e57058 de604d d55042
  cb3e38 c0282f b40426
`);

/** 256 evenly spaced colours on straight lines between the points. */
function interpolate(points: readonly Rgb[]): Rgb[] {
  return Array.from({ length: COLOUR_COUNT }, (_, i) => {
    const position = (i / (COLOUR_COUNT - 1)) * (points.length - 1);
    const index = Math.min(Math.floor(position), points.length - 2);
    const [from, to] = [points[index], points[index + 1]];
    if (!from || !to) throw new Error('a colour map has fewer than two points');
    const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (position - index));
    return [mix(0), mix(1), mix(2)];
  });
}

export const colourMaps = {
  inferno: { name: 'inferno', title: 'Inferno', isDiverging: false, colours: interpolate(inferno) },
  viridis: { name: 'viridis', title: 'Viridis', isDiverging: false, colours: interpolate(viridis) },
  'cool-warm': { name: 'cool-warm', title: 'Blue to red', isDiverging: true, colours: interpolate(coolWarm) },
} as const satisfies Record<ColourMap['name'], ColourMap>;

/** Share of the way from the lowest to the highest value, 0..1, clamped; 0 where the range is empty. */
export function positionInRange(value: number, low: number, high: number): number {
  if (!(high > low)) return 0;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Colour of a position 0..1. */
export function colourAt(map: ColourMap, position: number): Rgb {
  const index = Math.round(Math.min(1, Math.max(0, position)) * (COLOUR_COUNT - 1));
  return map.colours[index] ?? [0, 0, 0];
}

/**
 * Opacity 0..1 of a position 0..1: the colour that means "nothing" (the first; of a diverging map the middle) is fully
 * transparent, so that the image stays as it is there, and opacity is full from a quarter of the way on.
 */
export function opacityAt(map: ColourMap, position: number): number {
  const strength = map.isDiverging ? Math.abs(position - 0.5) * 2 : position;
  return Math.min(1, Math.max(0, strength * 4));
}

/** 256 rows of [red, green, blue, alpha 0..255], as colour tables of viewers want them. */
export function colourTable(map: ColourMap): [number, number, number, number][] {
  return map.colours.map(([red, green, blue], i) => {
    const alpha = Math.round(255 * opacityAt(map, i / (COLOUR_COUNT - 1)));
    return [red, green, blue, alpha];
  });
}
