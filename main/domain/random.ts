/**
 * Random numbers without state: the value at (seed, counters) is always the same, so draws do not depend on the order
 * of work, on how many workers share it, or on where a resumed run starts. Philox 4x32-10 of Salmon, Moraes, Dror and
 * Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

/** Where in the seed's number space: non-negative integers below 2^32 or texts (a case id, the name of a purpose). */
export type Counter = number | string;

type Words4 = readonly [number, number, number, number];
type Words2 = readonly [number, number];

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const middle2 = a0 * b1 + (middle % 0x10000);
  return (a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000)) >>> 0;
}

/** The block function: four counter words and two key words to four words, all unsigned 32-bit. */
export function philox4x32(counter: Words4, key: Words2): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

function keyOfSeed(seed: number): Words2 {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError('a seed is an integer from 0 to 2^53 - 1');
  return [seed >>> 0, Math.floor(seed / 0x100000000)];
}

/** Chains the UTF-8 bytes of a text through the block function, 15 bytes and a length byte at a time. */
function absorbText(text: string, key: Words2): Words2 {
  const bytes = new TextEncoder().encode(text);
  let chained = key;
  for (let start = 0; start === 0 || start < bytes.length; start += 15) {
    const block = new DataView(new ArrayBuffer(16));
    const part = bytes.subarray(start, start + 15);
    part.forEach((byte, i) => {
      block.setUint8(i, byte);
    });
    block.setUint8(15, part.length + 16);
    const counter = [block.getUint32(0), block.getUint32(4), block.getUint32(8), block.getUint32(12)] as const;
    const [w0, w1] = philox4x32(counter, chained);
    chained = [w0, w1];
  }
  return chained;
}

/** A seed (integer below 2^53) from any text, for example a snapshot hash or a run's name. */
export function seedFromText(text: string): number {
  const [low, high] = absorbText(text, [0, 0]);
  return (high & 0x1fffff) * 0x100000000 + low;
}

/** Folds each counter into the key; the tag in the last word keeps these blocks apart from those that give draws. */
function keyAt(seed: number, counters: readonly Counter[]): Words2 {
  let key = keyOfSeed(seed);
  for (const counter of counters) {
    if (typeof counter === 'string') {
      key = absorbText(counter, key);
      continue;
    }
    if (counter >>> 0 !== counter) throw new RangeError('a counter is an integer from 0 to 2^32 - 1');
    const [w0, w1] = philox4x32([counter, 0, 0, 0xffffffff], key);
    key = [w0, w1];
  }
  return key;
}

/** 53 random bits as a number in [0, 1). */
function unitInterval(high: number, low: number): number {
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000;
}

/** Uniform in [0, 1), 53 bits, a function of its arguments alone. `randomAt(1, 2)` and `randomAt(1, 2, 0)` differ. */
export function randomAt(seed: number, ...counters: Counter[]): number {
  const [w0, w1] = philox4x32([0, 0, 0, 0], keyAt(seed, counters));
  return unitInterval(w0, w1);
}

/** Standard normal by Box and Muller (1958) from one block. */
export function normalAt(seed: number, ...counters: Counter[]): number {
  const [w0, w1, w2, w3] = philox4x32([0, 0, 0, 0], keyAt(seed, counters));
  const radius = Math.sqrt(-2 * Math.log(1 - unitInterval(w0, w1)));
  return radius * Math.cos(2 * Math.PI * unitInterval(w2, w3));
}

/** A generator that starts at (seed, counters): each call the next uniform in [0, 1). For many draws in a row. */
export function randomStream(seed: number, ...counters: Counter[]): () => number {
  const key = keyAt(seed, counters);
  let index = 0;
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const [w0, w1, w2, w3] = philox4x32([index >>> 0, Math.floor(index / 0x100000000), 0, 0], key);
    index += 1;
    spare = unitInterval(w2, w3);
    return unitInterval(w0, w1);
  };
}

/** A random order of 0..n-1 (Fisher and Yates). */
export function permutation(n: number, seed: number, ...counters: Counter[]): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const next = randomStream(seed, ...counters);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const swapped = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swapped;
  }
  return order;
}

/** A new array with the same items in a random order. */
export function shuffled<T>(items: readonly T[], seed: number, ...counters: Counter[]): T[] {
  return Array.from(permutation(items.length, seed, ...counters), (i) => items[i] as T);
}
