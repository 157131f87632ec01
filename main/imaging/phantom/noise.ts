import { normalAt, randomAt, randomStream } from '../../domain/random.ts';

const LATTICE = 32;
const TABLE = 16384;

/** The random tables that all phantoms of one seed share; filling them per patient would cost more than drawing. */
export interface NoiseTables {
  readonly lattice: Float32Array;
  readonly normals: Float32Array;
}

export function noiseTables(seed: number): NoiseTables {
  const uniform = randomStream(seed, 'phantom lattice');
  return {
    lattice: Float32Array.from({ length: LATTICE ** 3 }, () => uniform() * 2 - 1),
    normals: Float32Array.from({ length: TABLE }, (_, i) => normalAt(seed, 'phantom normals', i)),
  };
}

/** Standard normal noise for pixels: a fixed table read in a pseudo-random order (Weyl sequence with a mixing step). */
export function pixelNoise(tables: NoiseTables, seed: number, name: string, patient: number): () => number {
  let state = Math.floor(randomAt(seed, name, patient) * 0x100000000);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return tables.normals[(mixed >>> 14) & (TABLE - 1)] ?? 0;
  };
}

const ease = (t: number): number => t * t * (3 - 2 * t);

/** Smooth noise in about [-1, 1] with features of about `waveMm`, at any point in mm: value noise on a repeating lattice. */
export function smoothNoise(tables: NoiseTables, waveMm: number, offset: number) {
  const { lattice } = tables;
  const mask = LATTICE - 1;
  return (x: number, y: number, z: number): number => {
    const u = x / waveMm + offset + 1000;
    const v = y / waveMm + offset * 3 + 1000;
    const w = z / waveMm + offset * 7 + 1000;
    const iu = Math.floor(u);
    const iv = Math.floor(v);
    const iw = Math.floor(w);
    const fu = ease(u - iu);
    const fv = ease(v - iv);
    const fw = ease(w - iw);
    const x0 = iu & mask;
    const x1 = (iu + 1) & mask;
    let value = 0;
    for (let dw = 0; dw < 2; dw++) {
      const plane = ((iw + dw) & mask) * LATTICE;
      for (let dv = 0; dv < 2; dv++) {
        const row = (plane + ((iv + dv) & mask)) * LATTICE;
        const along = (lattice[row + x0] ?? 0) * (1 - fu) + (lattice[row + x1] ?? 0) * fu;
        value += along * (dv === 0 ? 1 - fv : fv) * (dw === 0 ? 1 - fw : fw);
      }
    }
    return value;
  };
}
