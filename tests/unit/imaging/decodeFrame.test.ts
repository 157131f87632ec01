import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../main/imaging/dicom/readHeader.ts';
import { decodeFrame } from '../../../main/imaging/pixels/decodeFrame.ts';
import { dicomFile, encapsulated, imageElements, int16Bytes, type TestElement } from './dicomBytes.ts';
import { encodeJpegXl } from './encodeJpegXl.ts';

const rle = '1.2.840.10008.1.2.5';

/** Two byte planes of six int16 values: high bytes as a run, low bytes as a literal. */
function rleFrame(): Uint8Array {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(2, 0);
  header.writeUInt32LE(64, 4);
  header.writeUInt32LE(66, 8);
  const high = [0xfb, 0x01]; // 257 - 251 = 6 times 0x01
  const low = [0x05, 1, 2, 3, 4, 5, 6, 0x80];
  return Buffer.concat([header, Buffer.from(high), Buffer.from(low)]);
}

function compressedFile(
  syntax: string,
  fragments: readonly Uint8Array[],
  overrides: readonly TestElement[] = [],
): Uint8Array {
  const encode = (dataSet: Uint8Array) => Buffer.concat([dataSet, encapsulated(fragments)]);
  return dicomFile(imageElements(undefined, overrides), { transferSyntax: syntax, encode });
}

describe('decodeFrame', () => {
  it('decodes RLE by hand-made PackBits', async () => {
    const { pixels } = await decodeFrame(readHeader(compressedFile(rle, [rleFrame()])), 1);
    expect(pixels).toEqual(Int16Array.of(257, 258, 259, 260, 261, 262));
  });

  it('joins the fragments of one frame', async () => {
    const frame = rleFrame();
    const header = readHeader(compressedFile(rle, [frame.subarray(0, 68), frame.subarray(68)]));
    expect((await decodeFrame(header, 1)).pixels[5]).toBe(262);
  });

  it.each([
    ['a short plane', (frame: Buffer) => frame.subarray(0, 70)],
    ['a wrong number of planes', (frame: Buffer) => Buffer.concat([Buffer.from([3]), frame.subarray(1)])],
  ])('refuses RLE with %s', async (_, damage) => {
    const header = readHeader(compressedFile(rle, [damage(Buffer.from(rleFrame()))]));
    await expect(decodeFrame(header, 1)).rejects.toMatchObject({ code: 'damaged-pixels' });
  });

  it('removes bits outside BitsStored and extends the sign', async () => {
    const stored: TestElement[] = [
      ['00280101', 'US', [12]],
      ['00280102', 'US', [11]],
    ];
    const file = dicomFile(imageElements(int16Bytes([0x1fff, 0x7001, 0x0800, 0x07ff, 0, -1]), stored));
    expect((await decodeFrame(readHeader(file), 1)).pixels).toEqual(Int16Array.of(-1, 1, -2048, 2047, 0, -1));
  });

  it('unpacks single bits across frame borders', async () => {
    const bits: TestElement[] = [
      ['00280008', 'IS', '2'],
      ['00280100', 'US', [1]],
      ['00280101', 'US', [1]],
      ['00280102', 'US', [0]],
      ['00280103', 'US', [0]],
    ];
    const header = readHeader(dicomFile(imageElements(Uint8Array.of(0b01000001, 0b00001000), bits)));
    expect([...(await decodeFrame(header, 1)).pixels]).toEqual([1, 0, 0, 0, 0, 0]);
    expect([...(await decodeFrame(header, 2)).pixels]).toEqual([1, 0, 0, 0, 0, 1]);
  });

  it('puts colour planes side by side and replicates 4:2:2 chroma', async () => {
    const colour = (photometric: string, planar: number): TestElement[] => [
      ['00280002', 'US', [3]],
      ['00280004', 'CS', photometric],
      ['00280006', 'US', [planar]],
      ['00280010', 'US', [1]],
      ['00280011', 'US', [2]],
      ['00280100', 'US', [8]],
      ['00280101', 'US', [8]],
      ['00280102', 'US', [7]],
      ['00280103', 'US', [0]],
    ];
    const planes = dicomFile(imageElements(Uint8Array.of(1, 2, 3, 4, 5, 6), colour('RGB', 1)));
    expect([...(await decodeFrame(readHeader(planes), 1)).pixels]).toEqual([1, 3, 5, 2, 4, 6]);
    const halved = dicomFile(imageElements(Uint8Array.of(10, 20, 30, 40), colour('YBR_FULL_422', 0)));
    expect([...(await decodeFrame(readHeader(halved), 1)).pixels]).toEqual([10, 30, 40, 20, 30, 40]);
  });

  it('reads encapsulated uncompressed frames', async () => {
    const frames = [int16Bytes([1, 2, 3, 4, 5, 6]), int16Bytes([7, 8, 9, 10, 11, 12])];
    const header = readHeader(compressedFile('1.2.840.10008.1.2.1.98', frames, [['00280008', 'IS', '2']]));
    expect([...(await decodeFrame(header, 2)).pixels]).toEqual([7, 8, 9, 10, 11, 12]);
  });

  it('follows the extended offset table, unless it points between fragments', async () => {
    const frame = rleFrame();
    const parts = [frame.subarray(0, 68), frame.subarray(68), frame];
    const file = (second: number) => {
      const table = Buffer.alloc(16);
      table.writeBigUInt64LE(BigInt(second), 8);
      return readHeader(
        compressedFile(rle, parts, [
          ['00280008', 'IS', '2'],
          ['7fe00001', 'OV', table],
        ]),
      );
    };
    const start = frame.length + 16; // two fragments with an item tag and length each
    expect((await decodeFrame(file(start), 1)).pixels[5]).toBe(262);
    expect((await decodeFrame(file(start), 2)).pixels[5]).toBe(262);
    await expect(decodeFrame(file(start + 2), 2)).rejects.toMatchObject({ code: 'damaged-pixels' });
  });

  it.each([
    [1, 8],
    [3, 8],
    [1, 12],
    [1, 16],
  ])('decodes JPEG XL without loss: %i samples of %i bits', async (samples, bits) => {
    const [rows, columns] = [20, 30];
    const values = Uint16Array.from({ length: rows * columns * samples }, (_, i) => (i * 2654435761) % 2 ** bits);
    const bytes = bits === 8 ? Uint8Array.from(values) : new Uint8Array(values.buffer);
    const stream = await encodeJpegXl(bytes, { width: columns, height: rows, bitsPerSample: bits, samples });
    const header = readHeader(
      compressedFile(
        '1.2.840.10008.1.2.4.110',
        [stream],
        [
          ['00280002', 'US', [samples]],
          ['00280004', 'CS', samples === 3 ? 'RGB' : 'MONOCHROME2'],
          ['00280006', 'US', [0]],
          ['00280010', 'US', [rows]],
          ['00280011', 'US', [columns]],
          ['00280100', 'US', [bits === 8 ? 8 : 16]],
          ['00280101', 'US', [bits]],
          ['00280102', 'US', [bits - 1]],
          ['00280103', 'US', [0]],
        ],
      ),
    );
    expect([...(await decodeFrame(header, 1)).pixels]).toEqual([...values]);
  });

  it('takes a stream of another size for damage before its codec runs', async () => {
    const siz = Buffer.alloc(60);
    siz.writeUInt32BE(0xff4fff51, 0);
    siz.writeUInt32BE(2_000_000_000, 8);
    siz.writeUInt32BE(2_000_000_000, 12);
    const header = readHeader(compressedFile('1.2.840.10008.1.2.4.90', [siz]));
    await expect(decodeFrame(header, 1)).rejects.toThrow('the header says 3 x 2');
  });

  it.each([
    ['a video', '1.2.840.10008.1.2.4.102', 'unsupported-transfer-syntax'],
    ['an unknown syntax', '1.2.3.4.5', 'unsupported-transfer-syntax'],
    ['rubbish as JPEG XL', '1.2.840.10008.1.2.4.110', 'damaged-pixels'],
    ['rubbish as high-throughput JPEG 2000', '1.2.840.10008.1.2.4.201', 'damaged-pixels'],
    ['rubbish as 12-bit JPEG', '1.2.840.10008.1.2.4.51', 'damaged-pixels'],
    ['rubbish as JPEG 2000', '1.2.840.10008.1.2.4.90', 'damaged-pixels'],
    ['rubbish as JPEG-LS', '1.2.840.10008.1.2.4.80', 'damaged-pixels'],
    ['rubbish as lossless JPEG', '1.2.840.10008.1.2.4.70', 'damaged-pixels'],
    ['rubbish as baseline JPEG', '1.2.840.10008.1.2.4.50', 'damaged-pixels'],
  ])('answers %s with a code', async (_, syntax, code) => {
    const header = readHeader(compressedFile(syntax, [Uint8Array.from({ length: 200 }, (__, i) => (i * 37) % 256)]));
    await expect(decodeFrame(header, 1)).rejects.toMatchObject({ code });
  });

  it.each([
    [
      'too large a frame',
      [
        ['00280010', 'US', [65535]],
        ['00280011', 'US', [65535]],
      ],
      'limit-exceeded',
    ],
    ['more bits stored than allocated', [['00280101', 'US', [17]]], 'unsupported-pixel-format'],
    ['no rows', [['00280010', 'US', [0]]], 'damaged-header'],
    ['four samples', [['00280002', 'US', [4]]], 'unsupported-pixel-format'],
  ] as const)('refuses %s', async (_, overrides, code) => {
    const header = readHeader(
      dicomFile(imageElements(int16Bytes([1, 2, 3, 4, 5, 6]), overrides as readonly TestElement[])),
    );
    await expect(decodeFrame(header, 1)).rejects.toMatchObject({ code });
  });

  it('refuses a frame that is not there', async () => {
    const header = readHeader(dicomFile(imageElements(int16Bytes([1, 2, 3, 4, 5, 6]))));
    await expect(decodeFrame(header, 2)).rejects.toMatchObject({ code: 'not-found' });
  });
});
