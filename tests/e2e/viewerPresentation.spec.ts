import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Element } from '../../main/imaging/phantom/dicomFile.ts';
import { ReadPage } from './pages/readPage.ts';
import { shot } from './support/shot.ts';
import { openWorkbench } from './support/workbench.ts';
import {
  overlayElements,
  seriesUid,
  type WrittenImage,
  writeImages,
  writePresentationState,
} from './support/writtenImages.ts';

const bench = openWorkbench();
const read = (): ReadPage => new ReadPage(bench.page);
const patient = 'SHOWN';

/** A bright disc left of the middle and a bar at the top, so that turning and flipping are seen. */
const disc = (column: number, row: number): number =>
  Math.hypot(column - 40, row - 64) < 20 ? 900 : row < 12 ? 600 : 100 + column;

const square: Pick<WrittenImage, 'columns' | 'rows' | 'value'> = { columns: 128, rows: 128, value: disc };
const spacing: Element = [0x00280030, 'DS', ['0.5', '0.5']];
const header = (center: number, width: number): Element[] => [
  [0x00281050, 'DS', String(center)],
  [0x00281051, 'DS', String(width)],
];

const images: readonly WrittenImage[] = [
  {
    ...square,
    ...{ name: 'overlay', series: 1, instance: 1, modality: 'OT', description: 'With overlay' },
    more: [
      spacing,
      ...header(500, 1000),
      [0x00200020, 'CS', ['L', 'F']],
      [0x00282110, 'CS', '01'],
      [0x00282112, 'DS', '10'],
      ...overlayElements(
        128,
        128,
        (column, row) => Math.abs(Math.max(Math.abs(column - 63.5), Math.abs(row - 63.5)) - 50) < 1,
      ),
    ],
  },
  {
    ...{ name: 'ultrasound', series: 2, instance: 1, modality: 'US', description: 'Two regions', bits: 8 },
    ...{ columns: 200, rows: 100, value: (column, row) => (column < 100 ? 40 + row : 160) },
    more: [
      [
        0x00186011,
        'SQ',
        [
          region({ left: 0, right: 99, format: 1, unit: 3, delta: 0.05 }),
          region({ left: 100, right: 199, format: 2, unit: 4, delta: 0.01 }),
        ],
      ],
    ],
  },
  {
    ...square,
    ...{ name: 'pet', series: 3, instance: 1, modality: 'PT', description: 'PET with weight' },
    more: [spacing, ...petElements(), [0x00101030, 'DS', '70']],
  },
  {
    ...square,
    ...{ name: 'pet-light', series: 4, instance: 1, modality: 'PT', description: 'PET without weight' },
    more: [spacing, ...petElements()],
  },
  {
    ...{ name: 'oblong', series: 5, instance: 1, modality: 'OT', description: 'Pixels twice as high', bits: 8 },
    ...{ columns: 120, rows: 60, value: (column, row) => (Math.hypot(column - 60, 2 * (row - 30)) < 40 ? 220 : 20) },
    more: [[0x00280034, 'IS', ['2', '1']]],
  },
  {
    ...square,
    ...{ name: 'dark', series: 6, instance: 1, modality: 'MR', description: 'Opens dark' },
    more: [spacing, ...header(16_000, 32_000)],
  },
  ...[0, 1, 2].flatMap((place) =>
    [0, 1000].map(
      (b, i): WrittenImage => ({
        ...{
          name: `dwi-${place}-${b}`,
          series: 7,
          instance: 2 * place + i + 1,
          modality: 'MR',
          description: 'Diffusion',
        },
        ...{
          columns: 64,
          rows: 64,
          value: (column, row) => (Math.hypot(column - 32, row - 32) < 20 ? 400 - b / 4 : 30 + place),
        },
        more: [
          spacing,
          ...header(250, 500),
          [0x00200032, 'DS', ['0', '0', String(place * 5)]],
          [0x00200037, 'DS', ['1', '0', '0', '0', '1', '0']],
          [0x00200052, 'UI', '2.25.99'],
          [0x00189087, 'FD', [b]],
        ],
      }),
    ),
  ),
];

function region(of: { left: number; right: number; format: number; unit: number; delta: number }): readonly Element[] {
  return [
    [0x00186012, 'US', [of.format]],
    [0x00186018, 'UL', [of.left]],
    [0x0018601a, 'UL', [0]],
    [0x0018601c, 'UL', [of.right]],
    [0x0018601e, 'UL', [99]],
    [0x00186024, 'US', [of.unit]],
    [0x00186026, 'US', [3]],
    [0x0018602c, 'FD', [of.delta]],
    [0x0018602e, 'FD', [0.05]],
  ];
}

function petElements(): Element[] {
  return [
    [0x00080021, 'DA', '20260105'],
    [0x00080031, 'TM', '101000'],
    [0x00280051, 'CS', ['DECY', 'ATTN']],
    [0x00541001, 'CS', 'BQML'],
    [0x00541102, 'CS', 'START'],
    [
      0x00540016,
      'SQ',
      [
        [
          [0x00181072, 'TM', '082000'],
          [0x00181074, 'DS', '400000000'],
          [0x00181075, 'DS', '6600'],
        ],
      ],
    ],
  ];
}

const stateElements: readonly Element[] = [
  [0x00181600, 'CS', 'RECTANGULAR'],
  [0x00181602, 'IS', '11'],
  [0x00181604, 'IS', '118'],
  [0x00181606, 'IS', '6'],
  [0x00181608, 'IS', '123'],
  [
    0x00283110,
    'SQ',
    [
      [
        [0x00281050, 'DS', '700'],
        [0x00281051, 'DS', '600'],
      ],
    ],
  ],
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
              [0x00700003, 'CS', 'PIXEL'],
              [0x00700004, 'CS', 'PIXEL'],
              [0x00700006, 'ST', 'round, 20 mm'],
              [0x00700010, 'FL', [70, 30]],
              [0x00700011, 'FL', [110, 40]],
              [0x00700014, 'FL', [55, 52]],
            ],
          ],
        ],
        [
          0x00700009,
          'SQ',
          [
            [
              [0x00700005, 'CS', 'PIXEL'],
              [0x00700020, 'US', [2]],
              [0x00700021, 'US', [2]],
              [0x00700022, 'FL', [41, 65, 65, 65]],
              [0x00700023, 'CS', 'CIRCLE'],
              [0x00700024, 'CS', 'N'],
            ],
          ],
        ],
      ],
    ],
  ],
  [0x00700041, 'CS', 'N'],
  [0x00700042, 'US', [90]],
  [0x20500020, 'CS', 'IDENTITY'],
];

/** Opens a written series by its number. */
async function open(series: number): Promise<void> {
  await bench.page.goto(`${bench.page.url().split('#')[0]}#/read/${seriesUid(patient, series)}`);
  await read().isShown();
}

test('images and a presentation state written for this are imported', async () => {
  const folder = path.join(path.dirname(bench.folder), 'written');
  writeImages(folder, patient, images);
  writePresentationState(
    folder,
    patient,
    { series: 1, instances: [1] },
    { number: 1, label: 'TURNED', elements: stateElements },
  );
  const { jobId } = await bench.core['imports.start']({ paths: [folder] });
  await expect
    .poll(async () => (await bench.core['jobs.list']({})).jobs.find(({ id }) => id === jobId)?.status)
    .toBe('done');
  await bench.page.reload();
  await bench.frame.goTo('Worklist');
});

test('an overlay lies on its pixels, goes and comes with a key; lossy compression is told with its ratio', async () => {
  await open(1);
  await expect(read().viewport().getByTestId('overlay')).toBeVisible();
  await expect(read().viewport().getByTestId('lossy')).toHaveText('lossy 10:1');
  await shot(bench.page, 'overlay');
  await bench.page.keyboard.press('Shift+KeyO');
  await expect(read().viewport().getByTestId('overlay')).toHaveCount(0);
  await expect(read().viewport()).toContainText('overlays hidden');
  await bench.page.keyboard.press('Shift+KeyO');
  await expect(read().viewport().getByTestId('overlay')).toBeVisible();
});

test('a presentation state brings its window, turn, shutter and annotations; none brings the image back', async () => {
  const viewport = read().viewport();
  const before = await read().pixels();
  await expect(viewport.getByTestId('edge-right')).toHaveText('L');
  await read().tab('Image').click();
  await bench.page.getByRole('combobox', { name: 'Presentation state' }).selectOption({ label: 'TURNED' });
  await expect(viewport.getByTestId('window')).toHaveText(/W 600\s+L 700/);
  await expect(viewport.getByTestId('edge-bottom')).toHaveText('L');
  await expect(viewport.getByTestId('edge-left')).toHaveText('F');
  await expect(viewport.getByTestId('shutter')).toHaveCount(1);
  await expect(viewport).toContainText('round, 20 mm');
  await shot(bench.page, 'presentation state');
  expect((await read().pixels()).fingerprint).not.toBe(before.fingerprint);
  await bench.page.locator('.viewport-surface').first().click();
  await bench.page.keyboard.press('Shift+KeyP');
  await expect(viewport.getByTestId('shutter')).toHaveCount(0);
  await expect(viewport.getByTestId('window')).toHaveText(/W 1000\s+L 500/);
  expect((await read().pixels()).fingerprint).toBe(before.fingerprint);
});

test('turning and flipping by key keep the letters right', async () => {
  const viewport = read().viewport();
  await bench.page.keyboard.press('Shift+KeyT');
  await expect(viewport.getByTestId('edge-bottom')).toHaveText('L');
  await bench.page.keyboard.press('Shift+KeyF');
  await expect(viewport.getByTestId('edge-bottom')).toHaveText('L');
  await expect(viewport.getByTestId('edge-right')).toHaveText('F');
  await bench.page.keyboard.press('Home');
  await expect(viewport.getByTestId('edge-right')).toHaveText('L');
});

test('ultrasound is measured within a calibrated region, not across two, not in time', async () => {
  await open(2);
  await bench.frame.readAs('AB');
  await read().tab('Lesions').click();
  await bench.page.getByRole('button', { name: 'Make a class “lesion”' }).click();
  await read().draw('Length', [
    [0.1, 0.5],
    [0.35, 0.5],
  ]);
  await expect(read().marks().first()).toContainText(/\d mm/);
  await read().draw('Length', [
    [0.3, 0.6],
    [0.7, 0.6],
  ]);
  await expect(read().marks().nth(1)).toContainText('crosses regions: not measured');
  await read().draw('Length', [
    [0.65, 0.4],
    [0.85, 0.4],
  ]);
  await expect(read().marks().nth(2)).toContainText('M-mode: no length');
  await shot(bench.page, 'ultrasound regions');
});

test('PET values are read as SUV, or with the reason why not', async () => {
  await open(3);
  await bench.page.keyboard.press('KeyW');
  await read().viewport().hover();
  await expect(read().viewport().getByTestId('value')).toHaveText(/^\d+ Bq\/ml · SUVbw \d\.\d\d at/);
  await open(4);
  await read().viewport().hover();
  await expect(read().viewport().getByTestId('value')).toContainText("no SUV: the patient's weight is missing");
  await read().tab('Image').click();
  await shot(bench.page, 'pet');
});

test('pixels that are not square are shown as high as they are', async () => {
  await open(5);
  const { grid } = await read().pixels();
  const count = Math.sqrt(grid.length);
  const bright = grid.flatMap((level, i) => (level > 150 ? [[i % count, Math.floor(i / count)] as const] : []));
  const extent = (axis: 0 | 1): number => {
    const places = bright.map((place) => place[axis]);
    return Math.max(...places) - Math.min(...places) + 1;
  };
  const { width, height } = await read().pixels();
  expect((extent(0) * width) / (extent(1) * height)).toBeCloseTo(1, 0);
  await expect(read().viewport()).toContainText('no pixel spacing');
  await shot(bench.page, 'pixel aspect ratio');
});

test('a window that shows nothing is replaced, and can still be chosen', async () => {
  await open(6);
  await expect(read().viewport().getByTestId('window')).toContainText('(fitted)');
  const fitted = await read().pixels();
  expect(fitted.brightness).toBeGreaterThan(15);
  await shot(bench.page, 'fitted window');
  await read()
    .tools.getByRole('combobox', { name: 'Window preset' })
    .selectOption({ label: 'Header: W 32000 L 16000' });
  await expect(read().viewport().getByTestId('window')).toHaveText(/W 32000\s+L 16000$/);
  expect((await read().pixels()).brightness).toBeLessThan(fitted.brightness / 4);
});

test('a stack of several b-values is taken apart, and stays at its place', async () => {
  await open(7);
  await expect(read().slice()).toHaveText(/\/ 6$/);
  const parts = read().strip.getByRole('combobox', { name: 'Time, echo or b-value' });
  await expect(parts.getByRole('option')).toHaveText(['all images', 'b 0', 'b 1000']);
  await parts.selectOption({ label: 'b 1000' });
  await read().isShown();
  await expect(read().slice()).toHaveText(/\/ 3$/);
  await expect(read().viewport().getByTestId('part')).toHaveText('b 1000');
  const place = await read().slice().textContent();
  await bench.page.locator('.viewport-surface').first().click();
  await bench.page.keyboard.press('Shift+ArrowLeft');
  await expect(read().viewport().getByTestId('part')).toHaveText('b 0');
  await expect(read().slice()).toHaveText(place ?? '');
  await shot(bench.page, 'b-values');
});
