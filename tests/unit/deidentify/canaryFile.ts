import { deflateRawSync } from 'node:zlib';
import { fileMeta } from '../../../main/imaging/deidentify/fileMeta.ts';
import { elementParts, type OutElement, textValue } from '../../../main/imaging/deidentify/writeElements.ts';
import type { TestElement } from '../imaging/dicomBytes.ts';

export interface CanaryFile {
  /** The file's name holds a canary, too. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly patientId: string;
}

/** A string that no honest file holds; the numbers tell where a leak came from. */
export const canary = (file: number, place: string): string => `Qzx${file}v${place}`;
/** Every canary starts like this, in any case. */
export const canaryMark = 'qzx';
/** Only letters and digits of the VR's alphabet; still found by the mark. */
const upper = (file: number, place: string): string => canary(file, place).toUpperCase().slice(0, 16);

const numericVrs = ['FD', 'FL', 'SL', 'SS', 'UL', 'US', 'SV', 'UV', 'AT', 'OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'UN'];

/** Attributes that exist in the standard, one or more per VR, and in and out of the profile's table. */
function textElements(file: number): TestElement[] {
  const rows: readonly (readonly [tag: string, vr: string])[] = [
    ['00080050', 'SH'], ['00080080', 'LO'], ['00080081', 'ST'], ['00080090', 'PN'], ['00081030', 'LO'], ['0008103e', 'LO'],
    ['00081010', 'SH'], ['00081048', 'PN'], ['00081070', 'PN'], ['00081090', 'LO'], ['00080070', 'LO'], ['00080054', 'AE'],
    ['00080201', 'SH'], ['00082111', 'ST'], ['00101000', 'LO'], ['00101001', 'PN'], ['00101040', 'LO'], ['00102160', 'SH'],
    ['001021b0', 'LT'], ['00104000', 'LT'], ['00180010', 'LO'], ['00180015', 'CS'], ['00180020', 'CS'], ['00181000', 'LO'],
    ['00181020', 'LO'], ['00181030', 'LO'], ['00181210', 'SH'], ['00180024', 'SH'], ['00200010', 'SH'], ['00204000', 'LT'],
    ['00209056', 'SH'], ['00321060', 'LO'], ['00400254', 'LO'], ['00402001', 'LO'], ['00100032', 'TM'], ['00100030', 'DA'],
    ['00080020', 'DA'], ['00080021', 'DA'], ['00080030', 'TM'], ['0008002a', 'DT'], ['00101010', 'AS'], ['00101020', 'DS'],
    ['00101030', 'DS'], ['00180050', 'DS'], ['00200013', 'IS'], ['00200011', 'IS'], ['00081190', 'UR'], ['00080120', 'UR'],
    ['00080119', 'UC'], ['0040a160', 'UT'], ['00080108', 'LT'], ['00081060', 'PN'], ['00280301', 'CS'], ['00081195', 'UI'],
    ['0020000d', 'UI'], ['0020000e', 'UI'], ['00080104', 'LO'], ['00080100', 'SH'], ['00080102', 'SH'], ['00280a02', 'CS'],
    ['00120063', 'LO'], ['00120010', 'LO'], ['00120031', 'LO'], ['00620005', 'LO'], ['00281054', 'LO'], ['00400244', 'DA'],
  ]; // biome-ignore format: a table
  return rows.map(([tag, vr]) => [tag, vr, vr === 'CS' || vr === 'AE' ? upper(file, tag) : canary(file, tag)] as const);
}

/** Text hidden in numbers and bytes, private elements and blocks, retired groups, overlays and curves. */
function oddElements(file: number): TestElement[] {
  const bytes = (place: string): Uint8Array => Buffer.from(canary(file, place).padEnd(24, 'z'));
  const inNumbers: TestElement[] = [
    ['00189087', 'FD', bytes('fd')], ['00186024', 'UL', bytes('ul')], ['00281101', 'US', bytes('us')],
    ['00209165', 'AT', bytes('at')], ['00182006', 'UL', bytes('ul2')], ['00281201', 'OW', bytes('ow')],
    ['00420011', 'OB', bytes('ob')], ['00282000', 'OB', bytes('icc')], ['54001010', 'OW', bytes('wave')],
    ['00880200', 'SQ', [[['7fe00010', 'OB', bytes('icon')]]]],
  ]; // biome-ignore format: a table
  const privates: TestElement[] = [
    ['00090010', 'LO', canary(file, 'creator')],
    ...numericVrs.map((vr, i): TestElement => [`000910${(16 + i).toString(16)}`, vr, bytes(`p${vr}`)]),
    ['00091001', 'SQ', [[['00100010', 'PN', canary(file, 'privateName')]]]],
    ['00291010', 'OB', bytes('csa')],
  ];
  const repeating: TestElement[] = [
    ['50000022', 'LO', canary(file, 'curve')], ['50003000', 'OW', bytes('curveData')],
    ['60000010', 'US', [4]], ['60000011', 'US', [4]], ['60000022', 'LO', canary(file, 'overlay')],
    ['60001500', 'LO', canary(file, 'overlayLabel')], ['60003000', 'OW', bytes('overlayData')],
    ['60004000', 'LT', canary(file, 'overlayComments')], ['00084000', 'LT', canary(file, 'retired')],
    ['00321030', 'LO', canary(file, 'reason')], ['40084000', 'ST', canary(file, 'results')],
    ['fffcfffc', 'OB', bytes('trailing')], ['00080000', 'UL', [8]],
  ]; // biome-ignore format: a table
  return [...inNumbers, ...privates, ...repeating];
}

const sequences = ['00081140', '00082112', '00400260', '00081032', '0040a730', '00082218', '00540016'] as const;

/** Text and odd elements inside sequences, `depth` deep; the sequences are kept by the profile. */
function nested(file: number, depth: number): TestElement {
  const tag = sequences[(file + depth) % sequences.length] ?? '00081140';
  const inner = depth > 1 ? [nested(file, depth - 1)] : [];
  const used = new Set(inner.map(([innerTag]) => innerTag));
  const text = textElements(file).filter(([t]) => !used.has(t) && (depth + Number.parseInt(t.slice(-2), 16)) % 2 === 0);
  return [
    tag,
    'SQ',
    [[...text.filter(([t]) => t !== tag), ...inner, ['00091010', 'UN', Buffer.from(canary(file, 'deep'))]]],
  ];
}

const rows = 8;

/** An image full of canaries: explicit, implicit or deflated, with rubbish in the preamble and behind the pixels. */
export function canaryFile(file: number): CanaryFile {
  const uid = `1.2.826.0.1.999.${file}`;
  const patientId = canary(file % 20, 'id');
  const pixels = new Uint8Array(rows * rows * 2).map((_, i) => (i * 7 + file) & 0x7f);
  const withRubbish =
    file % 2 === 0 ? Buffer.concat([pixels, Buffer.from(canary(file, 'padding').padEnd(32, 'z'))]) : pixels;
  const required: TestElement[] = [
    ['00080008', 'CS', `ORIGINAL\\PRIMARY\\${upper(file, 'type')}`],
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    ['00080018', 'UI', uid],
    ['00080060', 'CS', 'CT'],
    ['00100010', 'PN', `${canary(file % 20, 'family')}^${canary(file % 20, 'given')}`],
    ['00100020', 'LO', patientId],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', [rows]],
    ['00280011', 'US', [rows]],
    ['00280100', 'US', [16]],
    ['00280101', 'US', [16]],
    ['00280102', 'US', [15]],
    ['00280103', 'US', [0]],
    ['7fe00010', 'OW', withRubbish],
  ];
  const given = new Set(required.map(([tag]) => tag));
  const deep = nested(file, 5);
  const rest = [...textElements(file), ...oddElements(file)].filter(([tag]) => !given.has(tag) && tag !== deep[0]);
  // Every third file states its study properly, so that folders by study are tested, too.
  const proper: TestElement[] =
    file % 3 === 0
      ? [
          ['0020000d', 'UI', `1.2.3.${file % 20}`],
          ['00080020', 'DA', '20190304'],
        ]
      : [];
  const all = [...rest.filter(([tag]) => !proper.some(([t]) => t === tag)), ...proper, ...required, deep];
  return { name: `${canary(file, 'name')}.dcm`, bytes: encoded(file, all), patientId };
}

const explicitUid = '1.2.840.10008.1.2.1';

function encoded(file: number, elements: readonly TestElement[]): Uint8Array {
  const isImplicit = file % 5 === 3;
  const isDeflated = file % 5 === 4;
  const dataSet = Buffer.concat(elementParts(elements.map(outElement), { isBigEndian: false, isImplicit }));
  const transferSyntaxUid = isImplicit ? '1.2.840.10008.1.2' : isDeflated ? `${explicitUid}.99` : explicitUid;
  const meta = Buffer.concat(
    fileMeta({ sopClassUid: '1.2.3', sopInstanceUid: canary(file, 'meta'), transferSyntaxUid }),
  );
  meta.write(canary(file, 'preamble'), 0, 'latin1');
  if (isDeflated) return Buffer.concat([meta, deflateRawSync(dataSet)]);
  return Buffer.concat([meta, dataSet, Buffer.from(canary(file, 'end').padEnd(40, ' '))]);
}

function outElement([tag, vr, value]: TestElement): OutElement {
  if (typeof value === 'string') return { tag, vr, value: [textValue(value, vr)] };
  if (value instanceof Uint8Array)
    return { tag, vr, value: [value.length % 2 ? Buffer.concat([value, Buffer.alloc(1)]) : value] };
  if (vr === 'SQ') return { tag, vr, items: (value as readonly TestElement[][]).map((item) => item.map(outElement)) };
  const bytes = Buffer.alloc(value.length * 2 * (vr === 'UL' ? 2 : 1));
  for (const [i, number] of (value as readonly number[]).entries()) {
    if (vr === 'UL') bytes.writeUInt32LE(number, 4 * i);
    else bytes.writeUInt16LE(number, 2 * i);
  }
  return { tag, vr, value: [bytes] };
}
