import { describe, expect, it } from 'vitest';
import type { FrameRef, StackDetail, WorklistRow } from '../../../../main/contract/images.ts';
import type { Label, LabelDefinition } from '../../../../main/contract/labels.ts';
import { frameIndexOf, lesionCentre, marksOf } from '../../../../renderer/features/read/marksOf.ts';
import { answerOf, targetOf, valueForDigit } from '../../../../renderer/features/read/readPlace.ts';
import { guideSteps } from '../../../../renderer/features/start/guideSteps.ts';

const frame = (n: number): FrameRef =>
  ({
    imageId: `groundglass:1.5/${n}`,
    sopInstanceUid: '1.5',
    frameNumber: n,
    position: [10, 20, n * 3],
    orientation: [1, 0, 0, 0, 1, 0],
  }) as unknown as FrameRef;
const stack = {
  frames: [frame(1), frame(2), frame(3)],
  pixelSpacing: { rowMm: 0.5, columnMm: 2, source: 'PixelSpacing' },
  sliceSpacingMm: 3,
} as unknown as StackDetail;
const place = { row: { studyInstanceUid: '1.1', seriesInstanceUid: '1.2' } as unknown as WorklistRow, frame: frame(2) };
const definition = {
  id: 'd1',
  name: 'Nodule',
  scope: 'image',
  values: [
    { value: 'smooth', colour: '#111111', key: '3' },
    { value: 'spiculated', colour: '#222222' },
  ],
  modalities: [],
  isRetired: false,
} as const satisfies LabelDefinition;

const label = (change: Partial<Label>): Label =>
  ({
    id: 'l1',
    revision: 1,
    definitionId: 'd1',
    readerId: 'r1',
    readerName: 'AB',
    scope: 'lesion',
    target: { studyInstanceUid: '1.1', seriesInstanceUid: '1.2', sopInstanceUid: '1.5', frameNumber: 2 },
    value: 'smooth',
    geometry: {
      type: 'length',
      space: 'image',
      points: [
        [1, 2],
        [3, 4],
      ],
      frame: 2,
    },
    isRetracted: false,
    createdAt: '',
    ...change,
  }) as Label;

describe('lesionCentre', () => {
  it('is the middle of the points, in mm of the patient', () => {
    expect(lesionCentre(label({}), stack)).toEqual([10 + 2 * 2, 20 + 3 * 0.5, 6]);
    const points = [
      [1, 2, 5],
      [3, 4, 7],
    ];
    const inPatient = label({ geometry: { type: 'length', space: 'patient', points, frame: 2 } });
    expect(lesionCentre(inPatient, stack)).toEqual([2, 3, 6]);
  });
});

describe('marksOf', () => {
  it('draws a lesion on its own frame only, dimmed where it is another reader’s', () => {
    const on = (n: number, reader = 'r1') => marksOf([label({})], [definition], frame(n), stack, reader);
    expect(on(1)).toEqual([]);
    expect(on(2)).toMatchObject([
      {
        id: 'l1',
        points: [
          [1, 2],
          [3, 4],
        ],
        colour: '#111111',
        isOwn: true,
        title: 'smooth',
      },
    ]);
    expect(on(2, 'r2')).toMatchObject([{ isOwn: false, title: 'smooth (AB)' }]);
  });

  it('leaves retracted ones out', () => {
    expect(marksOf([label({ isRetracted: true })], [definition], frame(2), stack, 'r1')).toEqual([]);
  });

  it('projects patient coordinates onto the slice they lie in', () => {
    const inPatient = label({
      target: { studyInstanceUid: '1.1' } as Label['target'],
      geometry: {
        type: 'length',
        space: 'patient',
        points: [
          [10, 20, 9.2],
          [14, 21, 9.2],
        ],
        frame: 1,
      },
    });
    expect(frameIndexOf(inPatient, stack)).toBe(2);
    expect(marksOf([inPatient], [definition], frame(3), stack, 'r1')).toMatchObject([
      {
        points: [
          [0, 0],
          [2, 2],
        ],
        isOwn: false,
      },
    ]);
    expect(marksOf([inPatient], [definition], frame(1), stack, 'r1')).toEqual([]);
  });
});

describe('answers', () => {
  it('names the image for an image question and only the series for a series question', () => {
    expect(targetOf('series', place)).toEqual({ studyInstanceUid: '1.1', seriesInstanceUid: '1.2' });
    expect(targetOf('image', place)).toMatchObject({ sopInstanceUid: '1.5', frameNumber: 2 });
    expect(targetOf('image', { ...place, frame: undefined })).toBeUndefined();
  });

  it('finds the reader’s own answer on this image', () => {
    const mine = label({ scope: 'image' });
    expect(answerOf([mine], definition, place, 'r1')).toBe(mine);
    expect(answerOf([mine], definition, place, 'r2')).toBeUndefined();
    expect(answerOf([mine], definition, { ...place, frame: frame(1) }, 'r1')).toBeUndefined();
  });

  it('takes an answer’s own key, else its place where no answer has keys', () => {
    expect(valueForDigit(definition, '3')).toBe('smooth');
    expect(valueForDigit(definition, '1')).toBeUndefined();
    const plain = { ...definition, values: definition.values.map(({ value, colour }) => ({ value, colour })) };
    expect(valueForDigit(plain, '2')).toBe('spiculated');
  });
});

describe('guideSteps', () => {
  const empty = {
    patients: 120,
    studies: 120,
    series: 120,
    instances: 1440,
    labels: 0,
    readers: 0,
    snapshots: 0,
    runs: 0,
    models: 0,
    evaluations: 0,
    predictions: 0,
  };
  const next = (change: Partial<typeof empty>) => guideSteps({ ...empty, ...change }).find((step) => !step.isDone)?.id;
  it('walks the loop by what the workspace holds', () => {
    expect([
      next({}),
      next({ labels: 3 }),
      next({ labels: 363 }),
      next({ labels: 363, snapshots: 1 }),
      next({ labels: 363, snapshots: 1, models: 1 }),
      next({ labels: 363, snapshots: 1, models: 1, evaluations: 1 }),
      next({ labels: 363, snapshots: 1, models: 1, evaluations: 1, predictions: 1 }),
    ]).toEqual(['label', 'labels-import', 'snapshot', 'train', 'evaluate', 'explain', undefined]);
  });
});
