import type { DicomElement } from '../../main/imaging/dicom/elementReader.ts';
import { parseElements } from '../../main/imaging/dicom/parseElements.ts';
import type { Seed } from './seeds.ts';

/** Uniform in [0, 1), from the seed of the run. */
export type Random = () => number;

const below = (random: Random, n: number) => Math.floor(random() * n);
const pick = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T;

/** Changes, inserts or removes a few bytes between `start` and `end`; half of them near the start. */
function damageRange(bytes: Uint8Array, start: number, end: number, random: Random): Uint8Array {
  let out = Buffer.from(bytes);
  const count = 1 + below(random, 6);
  for (let i = 0; i < count; i++) {
    const reach = Math.max(1, Math.min(end, out.length) - start);
    const at = start + below(random, random() < 0.5 ? Math.min(64, reach) : reach);
    const kind = random();
    if (kind < 0.5) out[at] = below(random, 256);
    else if (kind < 0.8) out[at] = (out[at] ?? 0) ^ (1 << below(random, 8));
    else if (kind < 0.9) out[at] = pick(random, [0, 1, 0x7f, 0x80, 0xfe, 0xff]);
    else if (kind < 0.95) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + below(random, 4))]);
    else out = Buffer.concat([out.subarray(0, at), Buffer.from([below(random, 256)]), out.subarray(at)]);
  }
  return out;
}

/** The first byte of the pixel element, or the end of the file. */
function pixelStart(seed: Seed): number {
  const elements = elementsOf(seed);
  return elements.x7fe00010?.dataOffset ?? elements.x7fe00008?.dataOffset ?? seed.bytes.length;
}

function elementsOf({ bytes }: Seed): Readonly<Record<string, DicomElement>> {
  const parsed = parseElements(bytes);
  return parsed.bytes === bytes ? parsed.elements : {};
}

/** Damage between preamble and pixels. */
export function damageHeader(seed: Seed, random: Random): Uint8Array {
  const start = random() < 0.1 ? 0 : 128;
  return damageRange(seed.bytes, Math.min(start, seed.bytes.length), pixelStart(seed), random);
}

/** Damage inside the compressed (or native) pixels. */
export function damagePixels(seed: Seed, random: Random): Uint8Array {
  const fragments = elementsOf(seed).x7fe00010?.encapsulated?.fragments ?? [];
  if (fragments.length === 0 || random() < 0.1) {
    const start = Math.min(pixelStart(seed), seed.bytes.length - 16);
    return damageRange(seed.bytes, Math.max(132, start), seed.bytes.length, random);
  }
  const fragment = pick(random, fragments);
  return damageRange(seed.bytes, fragment.start, fragment.start + fragment.length, random);
}

export function truncate(seed: Seed, random: Random): Uint8Array {
  return seed.bytes.subarray(0, below(random, seed.bytes.length));
}

const shortTags = [
  'x00280002',
  'x00280006',
  'x00280010',
  'x00280011',
  'x00280100',
  'x00280101',
  'x00280102',
  'x00280103',
];
const numberTags = [
  'x00280008',
  'x00280030',
  'x00200032',
  'x00200037',
  'x00281050',
  'x00281051',
  'x00281052',
  'x00281053',
];
const textLies = [
  'NaN',
  '-1',
  '0',
  '1e308',
  '-1e308',
  '1e-320',
  '99999999',
  '2147483648',
  '\\\\\\',
  'Infinity',
  '0x10',
  '\0',
];

/** A well-formed file that says something untrue or absurd. */
export function lie(seed: Seed, random: Random): Uint8Array {
  const choice = random();
  if (choice < 0.1) return structuralLie(random);
  const bytes = Buffer.from(seed.bytes);
  const elements = elementsOf(seed);
  for (let i = 0; i < 1 + below(random, 3); i++) {
    const tag = pick(random, choice < 0.55 ? shortTags : choice < 0.85 ? numberTags : Object.keys(elements));
    const element = elements[tag];
    if (!element || element.length === 0 || element.dataOffset + 4 > bytes.length) continue;
    if (shortTags.includes(tag)) {
      bytes.writeUInt16LE(
        pick(random, [0, 1, 2, 3, 4, 7, 9, 12, 17, 32, 64, 255, 4096, 32_768, 65_535]),
        element.dataOffset,
      );
    } else if (numberTags.includes(tag)) {
      bytes.fill(0x20, element.dataOffset, element.dataOffset + element.length);
      bytes.write(pick(random, textLies).slice(0, element.length), element.dataOffset, 'latin1');
    } else if (element.vr && !/^O|SQ|UN|UT/.test(element.vr)) {
      bytes.writeUInt16LE(pick(random, [0, 1, element.length + 1, 0x7fff, 0xfffe, 0xffff]), element.dataOffset - 2);
    } else bytes.writeUInt32LE(pick(random, [0, 1, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff]), element.dataOffset - 4);
  }
  return bytes;
}

/** Nested, repeated and endless structures. */
function structuralLie(random: Random): Uint8Array {
  const preamble = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
  const sequence = Buffer.from([0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const item = Buffer.from([0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]);
  const empty = Buffer.from([0x09, 0, 0x10, 0, 0x4c, 0x4f, 0, 0]);
  const parts: Buffer[] = [preamble];
  const depth = pick(random, [65, 1000, 65_000]);
  const kind = random();
  if (kind < 0.5) for (let i = 0; i < depth; i++) parts.push(sequence, item);
  else if (kind < 0.75) {
    parts.push(sequence);
    for (let i = 0; i < 20 * depth; i++) parts.push(Buffer.from([0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0]));
  } else for (let i = 0; i < 20 * depth; i++) parts.push(empty);
  return Buffer.concat(parts);
}
