type Draw = () => number;

const kinds = ['clouds', 'ridges', 'cells', 'stripes'] as const;

/** A family of textures; instances differ in place, direction and phase. */
export interface TextureCode {
  readonly kind: (typeof kinds)[number];
  /** Waves across the picture of the coarsest octave. */
  readonly waves: number;
  readonly octaves: number;
  /** Amplitude of an octave relative to the one before. */
  readonly persistence: number;
  /** How much longer than wide the features are. */
  readonly stretch: number;
  /** How far coordinates are bent by another noise, in waves. */
  readonly bend: number;
}

export function drawTextureCode(next: Draw): TextureCode {
  return {
    kind: kinds[Math.floor(next() * kinds.length)] ?? 'clouds',
    waves: 2 ** (0.5 + 3.2 * next()),
    octaves: 1 + Math.floor(next() * 4),
    persistence: 0.3 + 0.55 * next(),
    stretch: 2 ** (2 * next()),
    bend: next() < 0.5 ? 0 : 1.2 * next(),
  };
}

const LATTICE = 64;

type Noise = (x: number, y: number) => number;

/** Value noise in [-1, 1] on a repeating lattice of its own. */
function noiseOf(next: Draw): Noise {
  const values = Float32Array.from({ length: LATTICE * LATTICE }, () => 2 * next() - 1);
  const ease = (t: number) => t * t * (3 - 2 * t);
  return (x, y) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [ease(x - column), ease(y - row)];
    const left = column & (LATTICE - 1);
    const right = (column + 1) & (LATTICE - 1);
    const above = (row & (LATTICE - 1)) * LATTICE;
    const below = ((row + 1) & (LATTICE - 1)) * LATTICE;
    const upper = (values[above + left] ?? 0) * (1 - u) + (values[above + right] ?? 0) * u;
    const lower = (values[below + left] ?? 0) * (1 - u) + (values[below + right] ?? 0) * u;
    return upper * (1 - v) + lower * v;
  };
}

/** One noise for all pictures of a generator: instances read it at places of their own. */
export const sharedNoise = (next: Draw): Noise => noiseOf(next);

function octaveOf(kind: TextureCode['kind'], noise: Noise, x: number, y: number): number {
  switch (kind) {
    case 'clouds':
      return noise(x, y);
    case 'ridges':
      return 1 - 2 * Math.abs(noise(x, y)) ** 0.6;
    case 'cells':
      return noise(x, y) > 0.12 ? 0.9 : -0.6 + 0.3 * noise(x + 17, y + 31);
    case 'stripes':
      return Math.sin(2 * Math.PI * x + 1.5 * noise(x / 2, y / 2));
  }
}

/** An instance of a texture on a square of `size`, about -1 to 1. */
export function drawTexture(code: TextureCode, size: number, noise: Noise, next: Draw): Float32Array {
  const angle = 2 * Math.PI * next();
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const zoom = code.waves * 2 ** (0.4 * next() - 0.2);
  const [fromX, fromY] = [1000 * next(), 1000 * next()];
  const out = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let x = ((cosine * column + sine * row) / size) * zoom + fromX;
      let y = (((cosine * row - sine * column) / size) * zoom) / code.stretch + fromY;
      if (code.bend > 0) {
        const bent = code.bend * noise(x / 2 + 7, y / 2 + 3);
        x += bent;
        y -= bent;
      }
      let [value, amplitude, sum] = [0, 1, 0];
      for (let octave = 0; octave < code.octaves; octave++) {
        value += amplitude * octaveOf(code.kind, noise, x, y);
        sum += amplitude;
        amplitude *= code.persistence;
        x = 2 * x + 13.7;
        y = 2 * y + 5.3;
      }
      out[row * size + column] = value / sum;
    }
  }
  return out;
}
