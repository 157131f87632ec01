import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../main/imaging/loadFrame.ts';
import { modalityValues } from '../../../main/imaging/modalityValues.ts';
import { openImageBytes } from '../../../main/imaging/openImage.ts';
import { thumbnail } from '../../../main/imaging/thumbnail.ts';
import { dicomFile, imageElements, int16Bytes, type TestElement } from './dicomBytes.ts';

function frame(pixels: Uint8Array, overrides: readonly TestElement[]) {
  return frameOf(openImageBytes(dicomFile(imageElements(pixels, overrides)), 'test.dcm'), 1);
}

const grey = int16Bytes([-2000, 0, 10, 20, 30, 40]);

const eightBit: TestElement[] = [
  ['00280100', 'US', [8]],
  ['00280101', 'US', [8]],
  ['00280102', 'US', [7]],
  ['00280103', 'US', [0]],
];

describe('loadFrame', () => {
  it('gives rescale, window and a range without padding', async () => {
    const image = await frame(grey, [
      ['00280120', 'SS', [-2000]],
      ['00281050', 'DS', '40'],
      ['00281051', 'DS', '400'],
      ['00281052', 'DS', '-1024'],
      ['00281053', 'DS', '2'],
    ]);
    expect(image).toMatchObject({ minStored: 0, maxStored: 40, windowCenter: 40, windowWidth: 400, isInverted: false });
    expect([...modalityValues(image)]).toEqual([-5024, -1024, -1004, -984, -964, -944]);
  });

  it('shows the full range in modality units without a window', async () => {
    const image = await frame(int16Bytes([0, 1, 2, 3, 4, 100]), [
      ['00281052', 'DS', '-50'],
      ['00281053', 'DS', '1'],
    ]);
    expect([image.windowCenter, image.windowWidth]).toEqual([0.5, 101]);
  });

  it('uses a modality lookup table instead of rescale', async () => {
    const table: TestElement[] = [
      ['00283002', 'SS', [3, 0, 16]],
      ['00283006', 'OW', int16Bytes([100, 200, 300])],
    ];
    const image = await frame(int16Bytes([-5, 0, 1, 2, 3, 1]), [['00283000', 'SQ', [table]]]);
    expect([...modalityValues(image)]).toEqual([100, 100, 200, 300, 300, 200]);
  });

  it('marks MONOCHROME1 as inverted without touching its pixels', async () => {
    const image = await frame(grey, [['00280004', 'CS', 'MONOCHROME1']]);
    expect(image.isInverted).toBe(true);
    expect([...image.pixels]).toEqual([-2000, 0, 10, 20, 30, 40]);
    const { pixels } = thumbnail(image, 64);
    expect([pixels[0], pixels[5]]).toEqual([255, 0]);
  });

  it('turns palettes and YBR into RGB', async () => {
    const palette: TestElement[] = [
      ...eightBit,
      ['00280004', 'CS', 'PALETTE COLOR'],
      ...(['1101', '1102', '1103'] as const).map((e): TestElement => [`0028${e}`, 'US', [2, 0, 16]]),
      ['00281201', 'OW', int16Bytes([0, 0x7f00])],
      ['00281202', 'OW', int16Bytes([0, 0x4000])],
      ['00281203', 'OW', int16Bytes([0x0100, 0x1000])],
    ];
    const indexed = await frame(Uint8Array.of(0, 1, 1, 0, 0, 0), palette);
    expect([...indexed.pixels.subarray(0, 6)]).toEqual([0, 0, 1, 0x7f, 0x40, 0x10]);
    expect(indexed).toMatchObject({ isColor: true, samplesPerPixel: 3 });
    const ybr = await frame(Uint8Array.of(76, 85, 255, 255, 128, 128), [
      ...eightBit,
      ['00280002', 'US', [3]],
      ['00280004', 'CS', 'YBR_FULL'],
      ['00280006', 'US', [0]],
      ['00280010', 'US', [1]],
      ['00280011', 'US', [2]],
    ]);
    expect([...ybr.pixels]).toEqual([254, 0, 0, 255, 255, 255]);
  });

  it('averages thumbnails down with their shape kept', async () => {
    const image = await frame(int16Bytes([0, 0, 100, 100, 0, 0, 100, 100]), [
      ['00280010', 'US', [2]],
      ['00280011', 'US', [4]],
    ]);
    const small = thumbnail(image, 2);
    expect(small).toMatchObject({ rows: 1, columns: 2 });
    expect([...small.pixels]).toEqual([0, 255]);
  });

  it('takes values of functional groups frame by frame', async () => {
    const group = (z: string, slope: string): TestElement[] => [
      ['00209113', 'SQ', [[['00200032', 'DS', `0\\0\\${z}`]]]],
      [
        '00289145',
        'SQ',
        [
          [
            ['00281052', 'DS', '0'],
            ['00281053', 'DS', slope],
          ],
        ],
      ],
    ];
    const shared: TestElement[] = [
      ['00209116', 'SQ', [[['00200037', 'DS', '1\\0\\0\\0\\1\\0']]]],
      ['00289110', 'SQ', [[['00280030', 'DS', '2\\3']]]],
    ];
    const file = dicomFile(
      imageElements(int16Bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), [
        ['00280008', 'IS', '2'],
        ['52009229', 'SQ', [shared]],
        ['52009230', 'SQ', [group('5', '1'), group('9', '10')]],
      ]),
    );
    const second = await frameOf(openImageBytes(file, 'test.dcm'), 2);
    expect(second).toMatchObject({
      position: [0, 0, 9],
      orientation: [1, 0, 0, 0, 1, 0],
      pixelSpacing: [2, 3],
      rescaleSlope: 10,
    });
    expect([...modalityValues(second)].slice(0, 2)).toEqual([70, 80]);
  });
});
