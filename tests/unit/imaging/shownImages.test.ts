import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../../../main/domain/imageTypes.ts';
import { presentationStateOf } from '../../../main/imaging/dicom/presentationState.ts';
import { readHeader } from '../../../main/imaging/dicom/readHeader.ts';
import { suvOf } from '../../../main/imaging/dicom/suvFactor.ts';
import { valueUnitOf } from '../../../main/imaging/dicom/valueUnit.ts';
import { dicomFile } from '../../../main/imaging/phantom/dicomFile.ts';
import { defaultWindow, type WindowInput } from '../../../main/imaging/pixels/defaultWindow.ts';
import { assembleStacks } from '../../../main/imaging/series/assembleStacks.ts';
import { stackParts } from '../../../main/imaging/series/stackParts.ts';

describe('the window an image opens with', () => {
  /** Background 0, then values 1 to 1000. */
  const ramp = Uint16Array.from({ length: 2000 }, (_, i) => (i < 1000 ? 0 : i - 999));
  const open = (change: Partial<WindowInput>) =>
    defaultWindow({
      ...{ pixels: ramp, isColor: false, bitsStored: 16, range: [0, 1000], padding: [1, 0] },
      ...{ rescaleSlope: 1, rescaleIntercept: 0, modalityLut: undefined, voiLutFunction: undefined },
      ...{ headerWindow: undefined, hasVoiLut: false, isCalibrated: false },
      ...change,
    });

  it('is that of the header where it shows the image', () => {
    expect(open({ headerWindow: { center: 500, width: 1000 } })).toEqual({
      center: 500,
      width: 1000,
      source: 'header',
    });
    expect(open({ headerWindow: { center: 300, width: 500 } }).source).toBe('header');
  });

  it('is fitted where that of the header paints all dark, all bright or mostly white', () => {
    for (const headerWindow of [
      { center: 16_000, width: 32_000 },
      { center: -5000, width: 100 },
      { center: 100, width: 200 },
    ]) {
      const { source, center, width } = open({ headerWindow });
      expect(source).toBe('percentiles');
      expect([Math.round(center - width / 2), Math.round(center + width / 2)]).toEqual([11, 996]);
    }
  });

  it('is that of the header for calibrated values, whatever it shows', () => {
    expect(open({ headerWindow: { center: 9000, width: 10 }, isCalibrated: true }).source).toBe('header');
  });

  it('is fitted without a window, and all values for 8 bits', () => {
    expect(open({}).source).toBe('percentiles');
    expect(open({ bitsStored: 8 })).toEqual({ center: 500.5, width: 1001, source: 'range' });
    expect(open({ hasVoiLut: true }).source).toBe('range');
  });

  it('does not count padding', () => {
    const pixels = Uint16Array.from(ramp, (value, i) => (i % 2 ? 60_000 : value));
    expect(open({ pixels, range: [0, 1000], padding: [60_000, 60_000] }).center).toBeLessThan(600);
  });
});

describe('parts of a stack', () => {
  const instance = (n: number, z: number, frame: Record<string, unknown>): InstanceFacts =>
    ({
      ...{ sopInstanceUid: `1.2.${n}`, seriesInstanceUid: '1.2', instanceNumber: n, hasPixels: true, frameCount: 1 },
      ...{ rows: 4, columns: 4, samplesPerPixel: 1, imageType: ['ORIGINAL', 'PRIMARY'] },
      frames: [
        { frameNumber: 1, position: [0, 0, z], orientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [1, 1], ...frame },
      ],
    }) as unknown as InstanceFacts;
  const partsOf = (instances: readonly InstanceFacts[]) => {
    const bySop = new Map(instances.map((one) => [one.sopInstanceUid, one]));
    return assembleStacks(instances).flatMap((stack) =>
      stackParts(stack, bySop).map(({ title, frames }) => ({
        title,
        instances: frames.map((i) => Number(stack.frames[i]?.sopInstanceUid.split('.')[2])),
      })),
    );
  };

  it('are told apart by b-value, lowest first, and by time within', () => {
    const instances = [0, 5].flatMap((z, i) => [
      instance(10 * i + 1, z, { bValue: 1000 }),
      instance(10 * i + 2, z, { bValue: 50 }),
      instance(10 * i + 3, z, { bValue: 1000 }),
    ]);
    expect(partsOf(instances)).toEqual([
      { title: 'b 50 · time 1 of 2', instances: [2, 12] },
      { title: 'b 1000 · time 1 of 2', instances: [1, 11] },
      { title: 'b 1000 · time 2 of 2', instances: [3, 13] },
    ]);
  });

  it('are echoes or times; a plain stack has none', () => {
    const echoes = [0, 5].flatMap((z, i) => [
      instance(2 * i, z, { echoTime: 4.6 }),
      instance(2 * i + 1, z, { echoTime: 2.3 }),
    ]);
    expect(partsOf(echoes).map(({ title }) => title)).toEqual(['TE 2.3 ms', 'TE 4.6 ms']);
    const times = [0, 5].flatMap((z, i) => [
      instance(2 * i, z, { triggerTime: 900 }),
      instance(2 * i + 1, z, { triggerTime: 10 }),
    ]);
    expect(partsOf(times)).toEqual([
      { title: 'time 1 of 2', instances: [1, 3] },
      { title: 'time 2 of 2', instances: [0, 2] },
    ]);
    expect(partsOf([instance(1, 0, {}), instance(2, 5, {})])).toEqual([]);
  });
});

it('annotations of a presentation state are read with their units', () => {
  const file = dicomFile([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.11.1'],
    [0x00080018, 'UI', '1.2.9'],
    [
      0x00700001,
      'SQ',
      [
        [
          [
            0x00700008,
            'SQ',
            [
              [
                [0x00700006, 'ST', 'one\\two'],
                [0x00700004, 'CS', 'DISPLAY'],
                [0x00700014, 'FL', [0.25, 0.5]],
              ],
            ],
          ],
          [
            0x00700009,
            'SQ',
            [
              [
                [0x00700005, 'CS', 'PIXEL'],
                [0x00700022, 'FL', [1, 2, 3, 4.5]],
                [0x00700023, 'CS', 'POLYLINE'],
              ],
            ],
          ],
        ],
      ],
    ],
  ]);
  const { graphics } = presentationStateOf(readHeader(file));
  expect(graphics).toEqual([
    {
      kind: 'polyline',
      points: [
        [1, 2],
        [3, 4.5],
      ],
      isFilled: false,
      images: [],
      units: 'PIXEL',
    },
    { kind: 'text', text: 'one\\two', at: [0.25, 0.5], images: [], units: 'DISPLAY' },
  ]);
});

it('says why there are no SUV, and what values count', () => {
  const scan = { modality: 'PT', units: 'BQML', correctedImage: ['DECY', 'ATTN'], decayCorrection: 'START' };
  const tracer = [{ radionuclideTotalDose: 1e8, radionuclideHalfLife: 6600 }];
  expect(suvOf({ modality: 'CT' })).toBeUndefined();
  expect(suvOf({ ...scan, units: 'CNTS' })).toEqual({ problem: 'values in CNTS are not converted' });
  expect(suvOf(scan)).toEqual({ problem: 'the injected dose is missing' });
  expect(suvOf({ ...scan, radiopharmaceuticalInformationSequence: tracer })).toEqual({
    problem: "the patient's weight is missing",
  });
  const timeless = { ...scan, radiopharmaceuticalInformationSequence: tracer, patientWeight: 70 };
  expect(suvOf(timeless)).toMatchObject({ problem: expect.stringContaining('times of injection and scan') });
  expect([
    valueUnitOf({ modality: 'CT' }),
    valueUnitOf({ modality: 'PT', units: 'CNTS' }),
    valueUnitOf({ modality: 'MR' }),
  ]).toEqual(['HU', 'counts', undefined]);
});
