/** Value of a function and, written into `gradient`, its gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  readonly maxIterations: number;
  /** Stops when the largest gradient component falls below this. */
  readonly tolerance: number;
}

const MEMORY = 10;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + scale * (source[i] ?? 0);
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const alphas = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const pair = pairs[i];
    if (!pair) continue;
    const alpha = pair.rho * dot(pair.step, direction);
    alphas[i] = alpha;
    addScaled(direction, -alpha, pair.change);
  }
  const last = pairs.at(-1);
  const scale = last
    ? 1 / (last.rho * dot(last.change, last.change))
    : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) * scale;
  pairs.forEach((pair, i) => {
    addScaled(direction, (alphas[i] ?? 0) - pair.rho * dot(pair.change, direction), pair.step);
  });
  return direction;
}

/**
 * Minimises a smooth convex function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4)
 * with backtracking to Armijo's condition. Deterministic. Returns the last point; `start` is not changed.
 */
export function minimize(objective: Objective, start: Float64Array, options: LbfgsOptions): Float64Array {
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  let pairs: Pair[] = [];
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (gradient.every((g) => Math.abs(g) < options.tolerance)) break;
    const direction = descentDirection(gradient, pairs);
    const slope = dot(gradient, direction);
    const moved = lineSearch(objective, x, value, direction, slope);
    if (!moved) break;
    const step = moved.x.map((xi, i) => xi - (x[i] ?? 0));
    const change = moved.gradient.map((g, i) => g - (gradient[i] ?? 0));
    const curvature = dot(step, change);
    if (curvature > 1e-14) pairs = [...pairs.slice(1 - MEMORY), { step, change, rho: 1 / curvature }];
    ({ x, gradient, value } = moved);
  }
  return x;
}

function lineSearch(objective: Objective, x: Float64Array, value: number, direction: Float64Array, slope: number) {
  for (let length = 1; length > 1e-12; length /= 2) {
    const candidate = Float64Array.from(x);
    addScaled(candidate, length, direction);
    const gradient = new Float64Array(x.length);
    const reached = objective(candidate, gradient);
    if (reached <= value + 1e-4 * length * slope) return { x: candidate, gradient, value: reached };
  }
  return undefined;
}
