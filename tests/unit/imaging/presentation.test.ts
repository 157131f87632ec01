import { describe, expect, it } from 'vitest';
import { openDicom } from '../../../main/imaging/dicom/openDicom.ts';
import { paletteOf } from '../../../main/imaging/dicom/palette.ts';
import { personNameGroups } from '../../../main/imaging/dicom/personName.ts';
import { presentationStateOf } from '../../../main/imaging/dicom/presentationState.ts';
import { readHeader } from '../../../main/imaging/dicom/readHeader.ts';
import { suvFactor } from '../../../main/imaging/dicom/suvFactor.ts';
import { ultrasoundRegions } from '../../../main/imaging/dicom/ultrasoundRegions.ts';
import { frameOf } from '../../../main/imaging/loadFrame.ts';
import { dicomFile, imageElements, int16Bytes, type TestElement } from './dicomBytes.ts';

const pixels = int16Bytes([1, 2, 3, 4, 5, 6]);
const open = (overrides: readonly TestElement[], bytes = pixels) =>
  openDicom(readHeader(dicomFile(imageElements(bytes, overrides))));

describe('overlays', () => {
  const size = (group: string, origin = [1, 1]): TestElement[] => [
    [`${group}0010`, 'US', [2]],
    [`${group}0011`, 'US', [3]],
    [`${group}0040`, 'CS', 'G'],
    [`${group}0050`, 'SS', origin],
  ];

  it('unpacks planes of their own, with place and label', async () => {
    const overlay: TestElement[] = [
      ...size('6000', [2, -3]),
      ['60001500', 'LO', 'Arrow'],
      ['60003000', 'OW', Uint8Array.of(0b0010_0101, 0)],
    ];
    const frame = await frameOf(open(overlay), 1);
    expect(frame.overlays).toEqual([
      {
        group: 0x6000,
        rows: 2,
        columns: 3,
        top: 1,
        left: -4,
        kind: 'graphic',
        label: 'Arrow',
        bits: Uint8Array.of(1, 0, 1, 0, 0, 1),
      },
    ]);
  });

  it('reads bits kept in the pixel cells, and leaves them out of the pixels', async () => {
    const stored: TestElement[] = [
      ['00280101', 'US', [12]],
      ['00280102', 'US', [11]],
      ['00280103', 'US', [0]],
      ...size('6002'),
      ['60020100', 'US', [16]],
      ['60020102', 'US', [12]],
    ];
    const frame = await frameOf(open(stored, int16Bytes([0x1001, 2, 3, 0x1004, 5, 6])), 1);
    expect([...(frame.overlays?.[0]?.bits ?? [])]).toEqual([1, 0, 0, 1, 0, 0]);
    expect([...frame.pixels]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('belongs to the frames that it names, and is left out where it is cut short', async () => {
    const twoFrames: TestElement[] = [
      ['00280008', 'IS', '2'],
      ...size('6000'),
      ['60000015', 'IS', '1'],
      ['60000051', 'US', [2]],
      ['60003000', 'OW', Uint8Array.of(1, 0)],
      ...size('6002'),
      ['60020010', 'US', [64]],
      ['60023000', 'OW', Uint8Array.of(1, 0)],
    ];
    const image = open(twoFrames, int16Bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    expect((await frameOf(image, 1)).overlays).toBeUndefined();
    expect((await frameOf(image, 2)).overlays?.map((o) => o.group)).toEqual([0x6000]);
  });
});

describe('palettes', () => {
  const descriptor = [4, 0, 16];

  it('expands discrete, linear and indirect segments', () => {
    const discrete = Uint16Array.of(0, 2, 0x0100, 0x0200, 1, 2, 0x0400);
    const indirect = Uint16Array.of(0, 1, 0x0300, 2, 1, 0, 0, 1, 2, 0x0500);
    const palette = paletteOf({
      redPaletteDescriptor: descriptor,
      segmentedRedPaletteData: discrete,
      segmentedGreenPaletteData: indirect,
      segmentedBluePaletteData: discrete,
    });
    expect([...(palette?.rgb ?? [])]).toEqual([1, 3, 1, 2, 3, 2, 3, 4, 3, 4, 5, 4]);
  });

  it('refuses a segment of an unknown kind', () => {
    const data = Uint16Array.of(9, 1, 1);
    const damaged = { segmentedRedPaletteData: data, segmentedGreenPaletteData: data, segmentedBluePaletteData: data };
    expect(() => paletteOf({ redPaletteDescriptor: descriptor, ...damaged })).toThrow('segmented palette');
  });

  it('says where the table of a palette image is missing', async () => {
    const frame = await frameOf(open([['00280004', 'CS', 'PALETTE COLOR']]), 1);
    expect(frame.warnings).toEqual([expect.stringContaining('colour table is missing')]);
  });
});

describe('PET', () => {
  const scan = {
    modality: 'PT',
    units: 'BQML',
    correctedImage: ['DECY', 'ATTN'],
    decayCorrection: 'START',
    patientWeight: 70,
    seriesDate: '20240102',
    seriesTime: '101000',
    radiopharmaceuticalInformationSequence: [
      { radionuclideTotalDose: 400e6, radionuclideHalfLife: 6600, radiopharmaceuticalStartTime: '082000.00' },
    ],
  };

  it('divides by the dose left at the start of the scan', () => {
    expect(suvFactor(scan)).toBeCloseTo(70_000 / 200e6, 12); // 6,600 s after the injection: one half-life
    expect(suvFactor({ ...scan, decayCorrection: 'ADMIN' })).toBeCloseTo(70_000 / 400e6, 12);
    expect(suvFactor({ ...scan, units: 'GML' })).toBe(1);
  });

  it('takes an injection time after the scan for one of the day before', () => {
    const late = [{ ...scan.radiopharmaceuticalInformationSequence[0], radiopharmaceuticalStartTime: '235950' }];
    const overnight = { ...scan, seriesTime: '014950', radiopharmaceuticalInformationSequence: late };
    expect(suvFactor(overnight)).toBeCloseTo(70_000 / 200e6, 12);
  });

  it.each([
    ['without weight', { patientWeight: 0 }],
    ['without attenuation correction', { correctedImage: ['DECY'] }],
    ['in counts', { units: 'CNTS' }],
    ['that is none', { modality: 'CT' }],
  ])('gives no factor to an image %s', (_, change) => {
    expect(suvFactor({ ...scan, ...change })).toBeUndefined();
  });
});

describe('ultrasound regions', () => {
  const region = {
    regionSpatialFormat: 1,
    regionLocationMinX0: 10,
    regionLocationMinY0: 20,
    regionLocationMaxX1: 100,
    regionLocationMaxY1: 200,
    physicalUnitsXDirection: 3,
    physicalUnitsYDirection: 3,
    physicalDeltaX: 0.02,
    physicalDeltaY: -0.03,
  };

  it('gives mm where both axes are lengths', () => {
    const [tissue, spectrum] =
      ultrasoundRegions({
        sequenceOfUltrasoundRegions: [region, { ...region, regionSpatialFormat: 3, physicalUnitsXDirection: 4 }],
      }) ?? [];
    expect(tissue).toMatchObject({ left: 10, bottom: 200, kind: 'tissue' });
    expect(tissue?.pixelSpacing?.[0]).toBeCloseTo(0.3);
    expect(tissue?.pixelSpacing?.[1]).toBeCloseTo(0.2);
    expect(spectrum).toMatchObject({ kind: 'spectrum' });
    expect(spectrum).not.toHaveProperty('pixelSpacing');
  });
});

describe('presentation states', () => {
  it('are read into references, windows, areas, shutters and rotation', () => {
    const state: TestElement[] = [
      ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.11.1'],
      ['00080018', 'UI', '1.2.9'],
      [
        '00081115',
        'SQ',
        [
          [
            ['0020000e', 'UI', '1.2.3.1'],
            ['00081140', 'SQ', [[['00081155', 'UI', '1.2.3.4']]]],
          ],
        ],
      ],
      ['00181600', 'CS', 'RECTANGULAR\\CIRCULAR'],
      ['00181602', 'IS', '5'],
      ['00181604', 'IS', '90'],
      ['00181606', 'IS', '6'],
      ['00181608', 'IS', '80'],
      ['00181610', 'IS', '40\\50'],
      ['00181612', 'IS', '30'],
      [
        '00283110',
        'SQ',
        [
          [
            ['00281050', 'DS', '40'],
            ['00281051', 'DS', '400'],
          ],
        ],
      ],
      ['00700041', 'CS', 'Y'],
      ['00700042', 'US', [90]],
      ['20500020', 'CS', 'INVERSE'],
    ];
    expect(presentationStateOf(readHeader(dicomFile(state)))).toEqual({
      sopInstanceUid: '1.2.9',
      images: [{ seriesInstanceUid: '1.2.3.1', sopInstanceUid: '1.2.3.4', frameNumbers: [] }],
      voi: [{ images: [], windows: [{ center: 40, width: 400 }], voiLutFunction: 'LINEAR', voiLuts: [] }],
      displayedAreas: [],
      graphics: [],
      notShown: [],
      overlays: [],
      shutters: [
        { shape: 'rectangular', left: 5, right: 90, top: 6, bottom: 80 },
        { shape: 'circular', row: 40, column: 50, radius: 30 },
      ],
      rotationDegrees: 90,
      isFlippedHorizontally: true,
      isInverted: true,
    });
  });

  it('are not other objects', () => {
    expect(() => presentationStateOf(readHeader(dicomFile(imageElements(pixels))))).toThrow('no presentation state');
  });
});

it('tells the groups of a person name apart', () => {
  expect(personNameGroups('Yamada^Tarou=山田^太郎=やまだ^たろう')).toEqual({
    ideographicName: '山田^太郎',
    phoneticName: 'やまだ^たろう',
  });
  expect(personNameGroups('Doe^Jane')).toEqual({});
});
