/** x' = a x + b y + e, y' = c x + d y + f; chosen with `share` of the steps. */
interface AffineMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  readonly share: number;
}

/** An iterated function system: its attractor is the fractal. */
export type FractalCode = readonly AffineMap[];

type Draw = () => number;

/**
 * Singular values, two a map, all below 1, with the sum over maps of (larger + 2 smaller) between (5 + n) / 2 and
 * (6 + n) / 2: there attractors are neither dust nor blots (Anderson and Farrell, 2022, section 4.1).
 */
function singularValues(maps: number, next: Draw): readonly (readonly [number, number])[] {
  for (;;) {
    const wanted = (5 + maps + next()) / 2;
    const raw = Array.from({ length: maps }, () => {
      const [u, v] = [0.15 + 0.85 * next(), 0.15 + 0.85 * next()];
      return u > v ? ([u, v] as const) : ([v, u] as const);
    });
    const sum = raw.reduce((total, [u, v]) => total + u + 2 * v, 0);
    const scaled = raw.map(([u, v]) => [(u * wanted) / sum, (v * wanted) / sum] as const);
    if (scaled.every(([u]) => u < 0.97)) return scaled;
  }
}

/** A code of 2 to 4 maps: rotation, singular values, rotation, signs, and a shift. */
export function drawFractalCode(next: Draw): FractalCode {
  const maps = 2 + Math.floor(next() * 3);
  const drawn = singularValues(maps, next).map(([larger, smaller]) => {
    const [turn, before] = [2 * Math.PI * next(), 2 * Math.PI * next()];
    const [first, second] = [next() < 0.5 ? -1 : 1, next() < 0.5 ? -1 : 1];
    const [ct, st, cb, sb] = [Math.cos(turn), Math.sin(turn), Math.cos(before), Math.sin(before)];
    const [u, v] = [larger * first, smaller * second];
    return {
      ...{ a: u * ct * cb - v * st * sb, b: -u * ct * sb - v * st * cb },
      ...{ c: u * st * cb + v * ct * sb, d: -u * st * sb + v * ct * cb },
      ...{ e: 2 * next() - 1, f: 2 * next() - 1, weight: Math.max(0.02, larger * smaller) },
    };
  });
  const total = drawn.reduce((sum, { weight }) => sum + weight, 0);
  return drawn.map(({ weight, ...map }) => ({ ...map, share: weight / total }));
}

/** Another instance of the same fractal: one of its maps a little smaller or larger (their section 4.3). */
function jittered(code: FractalCode, next: Draw): FractalCode {
  const which = Math.floor(next() * code.length);
  const factor = 0.8 + 0.3 * next();
  return code.map((map, i) =>
    i === which ? { ...map, a: map.a * factor, b: map.b * factor, c: map.c * factor, d: map.d * factor } : map,
  );
}

const POINTS = 4000;
const SETTLING = 30;

/** A fast generator for the thousands of steps of one drawing (Marsaglia's xorshift), seeded by a draw. */
function steps(next: Draw): Draw {
  let state = Math.floor(next() * 0xfffffffe) + 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x100000000;
  };
}

function orbit(code: FractalCode, next: Draw): Float64Array {
  const step = steps(next);
  const points = new Float64Array(2 * POINTS);
  let [x, y] = [0, 0];
  for (let i = -SETTLING; i < POINTS; i++) {
    let left = step();
    let map = code[0];
    for (const each of code) {
      map = each;
      left -= each.share;
      if (left < 0) break;
    }
    if (!map) break;
    const moved = map.a * x + map.b * y + map.e;
    y = map.c * x + map.d * y + map.f;
    x = moved;
    if (i < 0) continue;
    points[2 * i] = x;
    points[2 * i + 1] = y;
  }
  return points;
}

const spreadOf = (points: Float64Array, axis: 0 | 1) => {
  let [sum, squares] = [0, 0];
  for (let i = axis; i < points.length; i += 2) {
    const value = points[i] ?? 0;
    sum += value;
    squares += value * value;
  }
  const mean = sum / POINTS;
  return { mean, deviation: Math.sqrt(Math.max(1e-9, squares / POINTS - mean * mean)) };
};

/**
 * An instance of a fractal on a square of `size`, 0 to 1: the logarithm of how often the orbit comes by, turned, mirrored,
 * scaled and shifted at random.
 */
export function drawFractal(code: FractalCode, size: number, next: Draw): Float32Array {
  const points = orbit(jittered(code, next), next);
  const [across, down] = [spreadOf(points, 0), spreadOf(points, 1)];
  const radius = size * (0.1 + 0.14 * next());
  const angle = 2 * Math.PI * next();
  const mirror = next() < 0.5 ? -1 : 1;
  const [cosine, sine] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
  const [column, row] = [size * (0.2 + 0.6 * next()), size * (0.2 + 0.6 * next())];
  const density = new Float32Array(size * size);
  let largest = 0;
  for (let i = 0; i < POINTS; i++) {
    const u = (mirror * ((points[2 * i] ?? 0) - across.mean)) / across.deviation;
    const v = ((points[2 * i + 1] ?? 0) - down.mean) / down.deviation;
    const x = Math.round(column + cosine * u - sine * v);
    const y = Math.round(row + sine * u + cosine * v);
    if (x < 0 || y < 0 || x >= size || y >= size) continue;
    const count = (density[y * size + x] ?? 0) + 1;
    density[y * size + x] = count;
    if (count > largest) largest = count;
  }
  const scale = 1 / Math.log1p(Math.max(1, largest));
  for (let i = 0; i < density.length; i++) density[i] = Math.log1p(density[i] ?? 0) * scale;
  return density;
}
