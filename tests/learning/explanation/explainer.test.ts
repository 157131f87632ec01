import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../main/domain/errors.ts';
import { normalAt } from '../../../main/domain/random.ts';
import { type GreyFrame, networkInput, preprocess } from '../../../main/learning/dataset/preprocess.ts';
import {
  createExplainer,
  type Explainer,
  type Explanation,
  type ExplanationMethod,
} from '../../../main/learning/explanation/explainer.ts';
import { applyAffine, gridToPixelAffine } from '../../../main/learning/explanation/gridGeometry.ts';
import { peakOf } from '../../../main/learning/explanation/sampleGrid.ts';
import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { parameterTensors } from '../../../main/learning/network/network.ts';
import { brightnessNetwork } from './brightnessNetwork.ts';

const size = 128;
const cpu = { device: 'cpu', threads: 1, inputShape: [1, size, size] as const };

/** A dark frame with a bright disc of radius `radius` mm around `centre` [column, row]. */
function discFrame(
  rows: number,
  columns: number,
  spacing: readonly [number, number],
  centre: readonly [number, number],
  radius: number,
): GreyFrame {
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const across = ((i % columns) - centre[0]) * spacing[1];
    const down = (Math.floor(i / columns) - centre[1]) * spacing[0];
    return Math.hypot(across, down) < radius ? 1000 : 0;
  });
  return { rows, columns, values, isInverted: false, pixelSpacing: spacing };
}

const preprocessing = { size, resize: 'fit' as const, channels: 1 as const, mean: 0, standardDeviation: 1 };

describe.each([
  ['small-cnn', 'gradcam'],
  ['small-cnn', 'cam'],
  ['small-cnn', 'gradcam++'],
  ['resnet18', 'gradcam'],
] as const)('%s, %s', (id: string, method: ExplanationMethod) => {
  let explainer: Explainer;
  beforeAll(async () => {
    explainer = await createExplainer(brightnessNetwork(id), { ...cpu, method });
  });
  afterAll(() => explainer.dispose());

  /** Peak in source pixels, and a cell's extent there. */
  async function peakIn(
    frame: GreyFrame,
    crop?: { readonly cropMm: number; readonly centre: readonly [number, number] },
  ) {
    const recipe = crop ? { ...preprocessing, cropMm: crop.cropMm } : preprocessing;
    const picture = preprocess(frame, recipe, crop?.centre);
    const map: Explanation = await explainer.explain(networkInput(picture.levels, preprocessing), 1);
    const affine = gridToPixelAffine(map.gridToNetwork, picture.networkToSource);
    const { column, row } = peakOf(map.grid);
    return { at: applyAffine(affine, column, row), cell: [affine[0], affine[4]] as const, map };
  }

  test.each([
    ['square, lesion upper left', discFrame(256, 256, [1, 1], [60, 80], 20), undefined],
    ['wide', discFrame(180, 400, [0.5, 0.5], [330, 40], 14), undefined],
    ['tall, with anisotropic pixels', discFrame(300, 200, [0.5, 1], [150, 220], 16), undefined],
    [
      'cropped, lesion off the middle',
      discFrame(300, 300, [0.7, 0.7], [140, 120], 8),
      { cropMm: 80, centre: [125, 135] as const },
    ],
  ])('peaks within one cell of the lesion: %s', async (name, frame, crop) => {
    const bright = Array.from(frame.values).flatMap((v, i) =>
      v > 0 ? [[i % frame.columns, Math.floor(i / frame.columns)] as const] : [],
    );
    const lesion = [0, 1].map((k) => bright.reduce((sum, p) => sum + (p[k as 0 | 1] ?? 0), 0) / bright.length);
    const { at, cell, map } = await peakIn(frame, crop);
    expect(map.geometry, name).toBe('receptive-field');
    expect(Math.abs(at[0] - (lesion[0] ?? 0)), name).toBeLessThanOrEqual(cell[0]);
    expect(Math.abs(at[1] - (lesion[1] ?? 0)), name).toBeLessThanOrEqual(cell[1]);
  });

  test('a mirrored image has its peak mirrored, within a cell', async () => {
    const plain = await peakIn(discFrame(256, 256, [1, 1], [70, 190], 20));
    const mirrored = await peakIn(discFrame(256, 256, [1, 1], [255 - 70, 190], 20));
    expect(Math.abs(255 - plain.at[0] - mirrored.at[0])).toBeLessThanOrEqual(plain.cell[0]);
    expect(mirrored.at[1]).toBeCloseTo(plain.at[1], 6);
    if (id !== 'small-cnn') return;
    const { grid } = plain.map;
    const flipped = Array.from(
      grid.values,
      (_, i) => grid.values[Math.floor(i / grid.columns) * grid.columns + grid.columns - 1 - (i % grid.columns)] ?? 0,
    );
    mirrored.map.grid.values.forEach((value, i) => {
      expect(Math.abs(value - (flipped[i] ?? 0))).toBeLessThan(1e-5 * Math.max(...flipped));
    });
  });

  test('the same image gives the same map, bit for bit; the other class the opposite one', async () => {
    const input = Float32Array.from({ length: size * size }, (_, i) => Math.abs(normalAt(1, i)));
    const [a, b] = [await explainer.explain(input, 1), await explainer.explain(input, 1)];
    expect(a).toEqual(b);
    const other = await explainer.explain(input, (logits) => ((logits[0] ?? 0) > (logits[1] ?? 0) ? 1 : 0));
    expect(other.classIndex).toBe(0);
    if (method === 'gradcam++') return;
    other.grid.values.forEach((value, i) => {
      expect(value).toBeCloseTo(-(a.grid.values[i] ?? 0), 5);
    });
  });
});

test('with a pooled and dense head Grad-CAM is CAM over the number of cells, and CAM sums up to the logits', async () => {
  const network = architectureOf('small-cnn').build({ channels: 1, classes: 3, seed: 7 });
  const input = Float32Array.from({ length: size * size }, (_, i) => normalAt(2, i));
  const [cam, gradient] = await Promise.all([
    createExplainer(network, { ...cpu, method: 'cam' }),
    createExplainer(network, { ...cpu, method: 'gradcam' }),
  ]);
  const [a, b] = [await cam.explain(input, 2), await gradient.explain(input, 2)];
  const cells = a.grid.rows * a.grid.columns;
  expect(cells).toBe(64);
  const largest = Math.max(...a.grid.values.map(Math.abs));
  a.grid.values.forEach((value, i) => {
    expect(Math.abs(value - cells * (b.grid.values[i] ?? 0))).toBeLessThan(1e-4 * largest);
  });
  const bias = Array.from(parameterTensors(network)['fc.bias']?.data ?? [], Number);
  const contrast = (v: readonly number[]) => (v[2] ?? 0) - ((v[0] ?? 0) + (v[1] ?? 0)) / 2;
  const mean = a.grid.values.reduce((sum, v) => sum + v, 0) / cells;
  expect(mean + contrast(bias)).toBeCloseTo(contrast(a.logits), 4);
  await Promise.all([cam.dispose(), gradient.dispose()]);
});

test('refuses CAM at a layer that the dense head does not see', async () => {
  const network = architectureOf('small-cnn').build({ channels: 1, classes: 2, seed: 1 });
  const attempt = createExplainer(network, { ...cpu, method: 'cam', layer: 'block2' });
  await expect(attempt).rejects.toBeInstanceOf(AppError);
  await expect(attempt).rejects.toMatchObject({ code: 'cam-not-available' });
});
