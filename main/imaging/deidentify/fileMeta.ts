import { elementParts, type OutElement, textValue, totalLength } from './writeElements.ts';

const implementationClass = '2.25.245183950152163735241617381460192318722';
const littleEndian = { isBigEndian: false, isImplicit: false };

/** Preamble of zeros, DICM and new file meta information (PS3.10 section 7.1): nothing of the source's is in it. */
export function fileMeta(uids: {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}): Uint8Array[] {
  const text = (tag: string, vr: string, value: string): OutElement => ({ tag, vr, value: [textValue(value, vr)] });
  const body = elementParts(
    [
      { tag: '00020001', vr: 'OB', value: [Uint8Array.of(0, 1)] },
      text('00020002', 'UI', uids.sopClassUid),
      text('00020003', 'UI', uids.sopInstanceUid),
      text('00020010', 'UI', uids.transferSyntaxUid),
      text('00020012', 'UI', implementationClass),
      text('00020013', 'SH', 'GROUNDGLASS'),
    ],
    littleEndian,
  );
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, totalLength(body), true);
  const start = new Uint8Array(132);
  start.set(Buffer.from('DICM'), 128);
  return [start, ...elementParts([{ tag: '00020000', vr: 'UL', value: [length] }], littleEndian), ...body];
}
