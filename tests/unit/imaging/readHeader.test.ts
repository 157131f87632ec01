import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../main/imaging/dicom/readHeader.ts';
import { decodeFrame } from '../../../main/imaging/pixels/decodeFrame.ts';
import { dicomFile, imageElements, int16Bytes, type TestElement, writeElements } from './dicomBytes.ts';

const pixels = int16Bytes([-1000, 0, 1, 2, 3, 3000]);

describe('readHeader', () => {
  it.each([
    ['explicit', {}],
    ['implicit', { isImplicit: true, transferSyntax: '1.2.840.10008.1.2' }],
    ['implicit under an explicit name', { isImplicit: true }],
    ['without preamble', { hasPreamble: false }],
    ['deflated', { transferSyntax: '1.2.840.10008.1.2.1.99', encode: (bytes: Uint8Array) => deflateRawSync(bytes) }],
  ])('reads attributes and pixels: %s', async (_, options) => {
    const header = readHeader(dicomFile(imageElements(pixels), options));
    expect(header.attributes).toMatchObject({ sopInstanceUid: '1.2.3.4', patientId: 'P1', rows: 2, columns: 3 });
    expect([...(await decodeFrame(header, 1)).pixels]).toEqual([-1000, 0, 1, 2, 3, 3000]);
  });

  it('reads sequences, decimal strings and per-item values', () => {
    const item: TestElement[] = [
      ['00283002', 'US', [2, 0, 16]],
      ['00283006', 'OW', int16Bytes([5, 6])],
    ];
    const extra: TestElement[] = [
      ['00283000', 'SQ', [item]],
      ['00281050', 'DS', '40\\-600 '],
      ['00280030', 'DS', '0.5\\0.25'],
    ];
    const { attributes } = readHeader(dicomFile(imageElements(pixels, extra)));
    expect(attributes.modalityLutSequence?.[0]?.lutDescriptor).toEqual([2, 0, 16]);
    expect([...(attributes.modalityLutSequence?.[0]?.lutData ?? [])]).toEqual([5, 6]);
    expect(attributes.windowCenter).toEqual([40, -600]);
    expect(attributes.pixelSpacing).toEqual([0.5, 0.25]);
  });

  it('leaves out numbers that are none', () => {
    const { attributes } = readHeader(dicomFile(imageElements(pixels, [['00281053', 'DS', 'NaN']])));
    expect(attributes.rescaleSlope).toBeUndefined();
  });

  it('reads 64-bit elements before the pixels (extended offset table)', () => {
    const table: TestElement = ['7fe00001', 'OV', new Uint8Array(16)];
    expect(readHeader(dicomFile([...imageElements(pixels), table])).pixels?.length).toBe(12);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('a quick brown fox jumps over the lazy dog'.repeat(10))],
  ])('refuses %s', (_, bytes) => {
    expect(() => readHeader(bytes)).toThrow(expect.objectContaining({ code: 'not-dicom' }));
  });

  it('refuses a deflate bomb instead of inflating it', () => {
    const bomb = deflateRawSync(Buffer.alloc(600 * 1024 * 1024), { level: 1 });
    const file = dicomFile([], { transferSyntax: '1.2.840.10008.1.2.1.99', encode: () => bomb });
    expect(() => readHeader(file)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it('refuses sequences nested beyond all reason', () => {
    let item: TestElement[] = [['00080060', 'CS', 'CT']];
    for (let depth = 0; depth < 100; depth++) item = [['00081140', 'SQ', [item]]];
    expect(() => readHeader(dicomFile(item))).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it('keeps what a file cut short in its header still says', () => {
    const whole = dicomFile(imageElements(undefined, [['00104000', 'LT', 'x'.repeat(500)]]));
    const cut = whole.subarray(0, whole.length - 300);
    const header = readHeader(cut);
    expect(header.attributes.patientId).toBe('P1');
    expect(header.warnings.join()).toContain('cut short');
  });

  it('takes pixels cut short for damaged', async () => {
    const whole = dicomFile(imageElements(pixels));
    const header = readHeader(whole.subarray(0, whole.length - 2));
    await expect(decodeFrame(header, 1)).rejects.toMatchObject({ code: 'damaged-pixels' });
  });

  it.each([
    ['ISO_IR 100', [0x4a, 0xe9], 'Jé'],
    ['ISO_IR 192', [0xc5, 0x81], 'Ł'],
    ['ISO_IR 144', [0xbb, 0xee], 'Лю'],
    ['\\ISO 2022 IR 87', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42, 0x5e, 0x41], '山^A'],
    ['\\ISO 2022 IR 149', [0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8], '김'],
  ])('decodes names in %s', (characterSet, bytes, expected) => {
    const name: TestElement = ['00100010', 'PN', Uint8Array.from(bytes)];
    const { attributes } = readHeader(dicomFile(imageElements(pixels, [['00080005', 'CS', characterSet], name])));
    expect(attributes.patientName).toBe(expected);
  });

  it('survives random damage with a typed error or a header', () => {
    const file = dicomFile(imageElements(pixels, [['00283000', 'SQ', [[['00283002', 'US', [2, 0, 16]]]]]]));
    let state = 12345;
    const next = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    for (let round = 0; round < 3000; round++) {
      const damaged = Uint8Array.from(file);
      for (let i = 0; i <= next(6); i++) damaged[132 + next(damaged.length - 132)] = next(256);
      try {
        readHeader(damaged);
      } catch (error) {
        expect(error).toMatchObject({ name: 'AppError' });
      }
    }
  });

  it('writes elements the way it reads them (test writer)', () => {
    expect([...writeElements([['00280010', 'US', [2]]], false)]).toEqual([0x28, 0, 0x10, 0, 0x55, 0x53, 2, 0, 2, 0]);
  });
});
