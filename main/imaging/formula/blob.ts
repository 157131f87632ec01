type Draw = () => number;

/** What a blob is called by: questions that readers ask about a lesion, answered by the numbers it is drawn from. */
export interface BlobAnswers {
  /** From the smallest to the largest: 0 to 4. */
  readonly size: number;
  /** 0 smooth, 1 lobulated, 2 spiculated. */
  readonly margin: number;
  /** 0 sharp, 1 hazy. */
  readonly edge: number;
}

export const blobSizes = 5;
export const blobMargins = 3;
export const blobEdges = 2;

export interface Blob {
  readonly answers: BlobAnswers;
  /** Coverage 0 to 1 of each pixel. */
  readonly coverage: Float32Array;
}

interface Wave {
  readonly count: number;
  readonly height: number;
  readonly phase: number;
}

function wavesOf(margin: number, next: Draw): readonly Wave[] {
  const wave = (count: number, height: number): Wave => ({ count, height, phase: 2 * Math.PI * next() });
  if (margin === 0) return [wave(2, 0.05 + 0.1 * next())];
  const lobes = [wave(3 + Math.floor(next() * 3), 0.1 + 0.1 * next()), wave(2, 0.1 * next())];
  return margin === 1 ? lobes : [...lobes, wave(5 + Math.floor(next() * 3), 0.08)];
}

/** Strands that leave a spiculated blob, as shares of its radius by direction. */
function strandsOf(margin: number, next: Draw) {
  const count = margin === 2 ? 7 + Math.floor(next() * 9) : 0;
  return Array.from({ length: count }, (_, i) => ({
    direction: ((i + 0.6 * next()) * 2 * Math.PI) / count,
    reach: 1.3 + 0.9 * next(),
  }));
}

/** A lesion-like blob somewhere in a square of `size`. */
export function drawBlob(size: number, next: Draw): Blob {
  const answers = {
    size: Math.floor(next() * blobSizes),
    margin: Math.floor(next() * blobMargins),
    edge: Math.floor(next() * blobEdges),
  };
  const radius = size * 0.045 * 1.45 ** (answers.size + next());
  const [column, row] = [size * (0.25 + 0.5 * next()), size * (0.25 + 0.5 * next())];
  const [stretch, tilt] = [1 + 0.35 * next(), Math.PI * next()];
  const ramp = answers.edge === 0 ? 1 + next() : radius * (0.6 + 0.5 * next());
  const waves = wavesOf(answers.margin, next);
  const strands = strandsOf(answers.margin, next);
  const width = Math.max(0.7, radius * 0.09);
  const coverage = new Float32Array(size * size);
  const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = (cosine * (x - column) + sine * (y - row)) / stretch;
      const v = (cosine * (y - row) - sine * (x - column)) * stretch;
      const distance = Math.sqrt(u * u + v * v);
      if (distance > 2.4 * radius + ramp) continue;
      const azimuth = Math.atan2(v, u);
      let outline = 1;
      for (const { count, height, phase } of waves) outline += height * Math.cos(count * azimuth + phase);
      let share = Math.min(1, Math.max(0, (radius * outline - distance) / ramp + 0.5));
      for (const { direction, reach } of strands) {
        const along = distance * Math.cos(azimuth - direction);
        if (along < 0 || along > reach * radius) continue;
        const aside = Math.abs(distance * Math.sin(azimuth - direction));
        const taper = width * (1 - (0.8 * along) / (reach * radius));
        share = Math.max(share, 0.85 * Math.min(1, Math.max(0, taper - aside + 0.5)));
      }
      coverage[y * size + x] = share;
    }
  }
  return { answers, coverage };
}
