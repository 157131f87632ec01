import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { decodeJpegDct } from '../../../main/imaging/pixels/decodeJpeg.ts';
import { decodeJpegDctStream } from '../../../main/imaging/pixels/decodeJpegDct.ts';
import { decodeJpegLosslessStream } from '../../../main/imaging/pixels/decodeJpegLossless.ts';
import type { PixelLayout } from '../../../main/imaging/pixels/pixelLayout.ts';
import { unpackBits } from '../../../main/imaging/pixels/unpackBits.ts';
import { encodeJpegLossless } from './encodeJpegLossless.ts';

/** Numbers that look random, the same each time. */
function noise(length: number, highest: number): Uint16Array {
  let state = 12_345;
  return Uint16Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % (highest + 1);
  });
}

const colourLayout: PixelLayout = {
  rows: 37,
  columns: 51,
  frames: 1,
  samplesPerPixel: 3,
  kind: 'integer',
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  isSigned: false,
  isPlanar: false,
  photometricInterpretation: 'YBR_FULL',
  dtype: 'uint8',
};

/** A JFIF file of luma and two colour differences, none subsampled. */
function colourJpeg(): Uint8Array {
  const { columns: width, rows: height } = colourLayout;
  const values = noise(width * height, 255);
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => ((values[i >> 2] ?? 0) * ((i & 3) + 1)) & 255);
  return Uint8Array.from(jpeg.encode({ width, height, data }, 90).data);
}

describe('JPEG of 8 bits', () => {
  it('keeps colours as stored, whatever the file says of them', async () => {
    const stream = colourJpeg();
    expect(Buffer.from(stream.subarray(6, 10)).toString()).toBe('JFIF');
    const { pixels, warnings } = await decodeJpegDct(stream, colourLayout);
    expect(pixels).toEqual(decodeJpegDctStream(stream).samples);
    expect(warnings).toEqual([]);
  });

  it('tells where libjpeg-turbo complains and the picture can be read', async () => {
    const stream = colourJpeg();
    const odd = Uint8Array.from([...stream.subarray(0, -2), 0x12, 0x34, 0x56, 0x78, 0xff, 0xd9]);
    const { pixels, warnings } = await decodeJpegDct(odd, colourLayout);
    expect(pixels).toEqual(decodeJpegDctStream(stream).samples);
    expect(warnings).toEqual(['libjpeg-turbo finds this JPEG stream damaged.']);
  });

  it('refuses pictures that end early, again and again', async () => {
    const stream = colourJpeg();
    for (const part of [0.4, 0.6, 0.8, 0.95]) {
      const cut = Uint8Array.from([...stream.subarray(0, Math.floor(part * stream.length)), 0xff, 0xd9]);
      await expect(decodeJpegDct(cut, colourLayout)).rejects.toMatchObject({ code: 'damaged-pixels' });
    }
    expect((await decodeJpegDct(stream, colourLayout)).warnings).toEqual([]);
  });
});

describe('lossless JPEG', () => {
  const picture = { rows: 13, columns: 9, components: 1, samples: noise(13 * 9, 65_535) };
  const colours = { ...picture, components: 3, samples: noise(13 * 9 * 3, 700) };

  it.each([1, 2, 3, 4, 5, 6, 7])('gives back what predictor %i wrote', (predictor) => {
    for (const restartRows of [0, 1, 4]) {
      for (const codeLength of [5, 12, 16]) {
        for (const written of [picture, colours]) {
          const stream = encodeJpegLossless(written, { predictor, restartRows, codeLength });
          expect(decodeJpegLosslessStream(stream).samples).toEqual(written.samples);
        }
      }
    }
  });

  it('refuses a stream without its last bytes', () => {
    const stream = encodeJpegLossless(picture, { predictor: 1, restartRows: 0, codeLength: 5 });
    for (const missing of [3, 10, 60]) {
      expect(() => decodeJpegLosslessStream(stream.subarray(0, -missing))).toThrow(
        expect.objectContaining({ code: 'damaged-pixels' }),
      );
    }
  });
});

describe('packed bits', () => {
  it('unpacks bits from anywhere', () => {
    const packed = Uint8Array.from(noise(8, 255));
    const all = [...packed].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
    for (const [offset, count] of [
      [0, 64],
      [0, 13],
      [8, 20],
      [5, 30],
    ] as const) {
      expect([...unpackBits(packed, offset, count)]).toEqual(all.slice(offset, offset + count));
    }
  });
});
