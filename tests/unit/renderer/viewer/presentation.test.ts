import { describe, expect, it } from 'vitest';
import type { FrameRef, PresentationState, StackDetail } from '../../../../main/contract/images.ts';
import { type DisplayImage, firstWindow, greyTable, toDisplayImage } from '../../../../renderer/viewer/displayImage.ts';
import { describeSize, displaySpacing, rulerFor } from '../../../../renderer/viewer/measurement.ts';
import { edgeLetters, turnedLetters } from '../../../../renderer/viewer/orientation.ts';
import {
  placementFor,
  presentationOf,
  presentedImage,
} from '../../../../renderer/viewer/presentation/framePresentation.ts';
import { isPart, nearestFrame, partOf } from '../../../../renderer/viewer/stackPart.ts';
import { lossyText, valueText } from '../../../../renderer/viewer/valueText.ts';
import { toCanvas, toImage, viewTransform, zoomAbout } from '../../../../renderer/viewer/viewTransform.ts';

const image = (change: Partial<DisplayImage> = {}): DisplayImage => ({
  ...toDisplayImage('groundglass:1.2/1', {
    ...{
      rows: 100,
      columns: 200,
      samplesPerPixel: 1,
      pixels: new Uint16Array(20_000).fill(7),
      minStored: 0,
      maxStored: 9,
    },
    ...{ bitsStored: 16, isSigned: false, invert: true, rescaleSlope: 1, rescaleIntercept: 0, windows: [] },
    ...{ voiLutFunction: 'LINEAR', isLossy: false, lossyRatios: [], overlays: [], damage: [] },
    defaultWindow: { center: 5, width: 10, source: 'percentiles' },
  }),
  ...change,
});
const frame = { sopInstanceUid: '1.2', frameNumber: 1, imageId: 'groundglass:1.2/1' } as unknown as FrameRef;
const about = [{ sopInstanceUid: '1.2', frameNumbers: [] }];
const state = (change: Partial<PresentationState> = {}): PresentationState => ({
  ...{ sopInstanceUid: '9', images: about, voi: [], displayedAreas: [], shutters: [], graphics: [], overlays: [] },
  ...{ rotationDegrees: 0, isFlippedHorizontally: false, isInverted: false, notShown: [] },
  ...change,
});

describe('a presentation state', () => {
  it('is for the images and frames that it names', () => {
    expect(presentationOf(state({ images: [{ sopInstanceUid: '1.3', frameNumbers: [] }] }), frame)).toBeUndefined();
    expect(presentationOf(state({ images: [{ sopInstanceUid: '1.2', frameNumbers: [2] }] }), frame)).toBeUndefined();
    expect(presentationOf(state(), frame)).toBeDefined();
  });

  it('brings its window, rescale and polarity in place of the image, MONOCHROME1 included', () => {
    const voi = [{ images: [], windows: [{ center: 50, width: 20 }], voiLutFunction: 'LINEAR' as const, voiLuts: [] }];
    const meant = presentationOf(state({ voi, rescaleSlope: 2, rescaleIntercept: 1 }), frame);
    const shown = presentedImage(image(), meant);
    expect(firstWindow(shown)).toEqual({ center: 50, width: 20 });
    expect(shown).toMatchObject({ slope: 2, intercept: 1, isInverted: false });
    expect(presentedImage(image(), undefined).isInverted).toBe(true);
  });

  it('passes grey through its presentation LUT', () => {
    const presentationLut = { first: 0, bits: 8, data: Uint16Array.from({ length: 256 }, (_, i) => 255 - i) };
    const shown = presentedImage(image({ minimum: 0, maximum: 9 }), presentationOf(state({ presentationLut }), frame));
    const table = greyTable(shown, { center: 5, width: 10 }, false);
    expect([table[0], table[9]]).toEqual([255, 0]);
  });

  it.each([0, 90, 180, 270] as const)(
    'puts its displayed area into the middle at %i degrees, flipped or not',
    (rotationDegrees) => {
      const size = { width: 800, height: 600 };
      for (const isFlippedHorizontally of [false, true]) {
        const displayedAreas = [
          { images: [], topLeft: [11, 21] as [number, number], bottomRight: [50, 60] as [number, number] },
        ];
        const meant = presentationOf(state({ displayedAreas, rotationDegrees, isFlippedHorizontally }), frame);
        const spacing = { rowMm: 2, columnMm: 1 };
        const transform = viewTransform(size, image(), spacing, placementFor(meant, image(), size, spacing));
        const [x, y] = toCanvas(transform, [29.5, 39.5]);
        expect([x, y]).toEqual([expect.closeTo(400), expect.closeTo(300)]);
        const corners = [toCanvas(transform, [9.5, 19.5]), toCanvas(transform, [49.5, 59.5])];
        const extent = (axis: 0 | 1) => Math.abs((corners[0]?.[axis] ?? 0) - (corners[1]?.[axis] ?? 0));
        expect(Math.max(extent(0) / 800, extent(1) / 600)).toBeCloseTo(1);
      }
    },
  );
});

it.each([0, 90, 180, 270] as const)(
  'turned by %i degrees, points map there and back, and zooming keeps its anchor',
  (rotation) => {
    const [size, shape, spacing] = [
      { width: 500, height: 400 },
      { rows: 100, columns: 50 },
      { rowMm: 0.5, columnMm: 0.7 },
    ];
    for (const isFlipped of [false, true]) {
      const placement = { zoom: 1.5, pan: { x: 3, y: -4 }, rotation, isFlipped };
      const transform = viewTransform(size, shape, spacing, placement);
      const back = toImage(transform, toCanvas(transform, [12, 34]));
      expect(back).toEqual([expect.closeTo(12), expect.closeTo(34)]);
      const anchor = [123, 211] as const;
      const zoomed = viewTransform(size, shape, spacing, {
        ...placement,
        ...zoomAbout(transform, placement, anchor, 1.7),
      });
      const under = [toImage(transform, anchor), toImage(zoomed, anchor)] as const;
      expect(under[1]).toEqual([expect.closeTo(under[0][0]), expect.closeTo(under[0][1])]);
    }
  },
);

it('letters go with the image when it is flipped, then turned clockwise', () => {
  const letters = { left: 'R', right: 'L', top: 'A', bottom: 'P' };
  expect(turnedLetters(letters, 90, false)).toEqual({ top: 'R', right: 'A', bottom: 'L', left: 'P' });
  expect(turnedLetters(letters, 0, true)).toEqual({ ...letters, left: 'L', right: 'R' });
  expect(edgeLetters(undefined, undefined)).toBeUndefined();
});

describe('rulers', () => {
  const region = (left: number, right: number, kind: 'tissue' | 'm-mode', mm?: number) => ({
    ...{ left, right, top: 0, bottom: 99, kind },
    ...(mm === undefined ? {} : { pixelSpacing: [mm, mm] as [number, number] }),
  });
  const ultrasound = {
    ...frame,
    ultrasoundRegions: [region(0, 99, 'tissue', 0.5), region(100, 199, 'm-mode')],
  } as FrameRef;
  const size = (from: number, to: number): string => {
    const points = [[from, 10] as const, [to, 10] as const];
    return describeSize(
      'length',
      points,
      rulerFor({ pixelSpacing: { rowMm: 9, columnMm: 9, source: 'PixelSpacing' } } as StackDetail, ultrasound, points),
    );
  };

  it('are those of the ultrasound region that holds all points, and none across or beyond', () => {
    expect(size(10, 30)).toBe('10.0 mm');
    expect(size(90, 130)).toBe('crosses regions: not measured');
    expect(size(110, 130)).toBe('M-mode: no length');
    expect(size(210, 230)).toBe('outside the calibrated regions');
  });

  it('know pixels that are not square and have no size', () => {
    const spacing = displaySpacing({ pixelAspectRatio: [2, 1] } as unknown as StackDetail);
    expect(
      describeSize(
        'length',
        [
          [0, 0],
          [0, 10],
        ],
        spacing,
      ),
    ).toBe('20.0 px');
    expect(
      describeSize(
        'rectangle',
        [
          [0, 0],
          [3, 4],
        ],
        spacing,
      ),
    ).toBe('24.0 px²');
    expect(displaySpacing({ pixelAspectRatio: [1, 1] } as unknown as StackDetail)).toBeUndefined();
  });
});

it('parts of a stack keep their place', () => {
  const at = (mm: number, time: number) => ({ ...frame, slicePositionMm: mm, timeIndex: time }) as FrameRef;
  const stack = {
    ...{ stackId: '1.2#0', title: '', positions: 2, framesPerPosition: 2 },
    frames: [at(0, 0), at(0, 1), at(5, 0), at(5, 1)],
    parts: [
      { partId: '1.2#0/0', title: 'b 0', frames: [0, 2] },
      { partId: '1.2#0/1', title: 'b 1000', frames: [1, 3] },
    ],
  } as unknown as StackDetail;
  const part = partOf(stack, 1);
  expect(part).toMatchObject({ stackId: '1.2#0/1', title: 'b 1000', framesPerPosition: 1, parts: [] });
  expect(part.frames.map(({ timeIndex }) => timeIndex)).toEqual([1, 1]);
  expect([isPart(stack), isPart(part)]).toEqual([false, true]);
  expect(nearestFrame(part, stack.frames[2])).toBe(1);
  expect(partOf(stack, 7)).toBe(stack);
});

it('values and compression are told in words', () => {
  expect(valueText(1000, image({ unit: 'Bq/ml', suv: { factor: 0.002 } }))).toBe('1000 Bq/ml · SUVbw 2.00');
  expect(valueText(5, image({ suv: { problem: 'the injected dose is missing' } }))).toBe(
    '5 · no SUV: the injected dose is missing',
  );
  expect([lossyText([10]), lossyText([10, 2.5]), lossyText([])]).toEqual([
    'lossy 10:1',
    'lossy 10:1 then 2.5:1',
    'lossy compressed',
  ]);
});
