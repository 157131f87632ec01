import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadFrame } from '../../../main/imaging/loadFrame.ts';
import { makePhantoms, type PhantomShape } from '../../../main/imaging/phantom/makePhantoms.ts';
import type { PhantomTruth } from '../../../main/imaging/phantom/truth.ts';
import { greyFrameOf } from '../../../main/learning/dataset/greyFrame.ts';
import { networkInput, preprocess } from '../../../main/learning/dataset/preprocess.ts';
import { applyAffine, type PixelAffine } from '../../../main/learning/explanation/gridGeometry.ts';
import { peakOf } from '../../../main/learning/explanation/sampleGrid.ts';
import { encodeNetwork } from '../../../main/learning/network/network.ts';
import { type LoadedModel, loadModel } from '../../../main/learning/prediction/loadModel.ts';
import { predictFrame } from '../../../main/learning/prediction/predictFrame.ts';
import { brightnessNetwork } from '../explanation/brightnessNetwork.ts';

const root = mkdtempSync(join(tmpdir(), 'groundglass-heat-'));
const cropMm = 48;

/** A network that calls brightness class 1: in the lung, that is the nodule. */
function brightnessModel(): LoadedModel {
  const folder = join(root, 'model');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), encodeNetwork(brightnessNetwork('small-cnn')));
  const card = {
    ...{ name: 'brightness', task: 'classification', architecture: 'small-cnn', classes: ['dark', 'bright'] },
    ...{ unit: 'lesion', seenPatients: [], seenPixels: [], intendedUse: 'test' },
    preprocessing: {
      size: 96,
      resize: 'fit',
      channels: 1,
      cropMm,
      window: { center: -300, width: 900 },
      mean: 0.1,
      standardDeviation: 0.5,
    },
  };
  writeFileSync(join(folder, 'model-card.json'), JSON.stringify(card));
  return loadModel(folder, { device: 'cpu', threads: 1 });
}

const model = brightnessModel();

afterAll(async () => {
  await model.dispose();
  rmSync(root, { recursive: true, force: true });
});

async function phantom(name: string, shape: PhantomShape): Promise<{ address: string; truth: PhantomTruth }> {
  const out = join(root, name);
  await makePhantoms({ out, patients: 1, seed: 5, kind: 'ct-nodule', shape });
  const { patients } = JSON.parse(readFileSync(join(out, 'truth.json'), 'utf8')) as { patients: PhantomTruth[] };
  const [truth] = patients;
  if (!truth) throw new Error('the phantom has no truth');
  return { address: join(out, truth.file), truth };
}

/** Where the map peaks, in source pixels, when the crop's centre misses the lesion by some pixels. */
async function peakNear(address: string, truth: PhantomTruth, missBy: readonly [number, number]) {
  const [column = 0, row = 0] = truth.lesion?.centrePixel ?? [];
  const frame = await loadFrame(address, truth.frame);
  const lesionCentre = [column + missBy[0], row + missBy[1]] as const;
  const { cam, picture } = await predictFrame(model, frame, { lesionCentre, cam: 'gradcam', className: 'bright' });
  if (!cam) throw new Error('no map');
  const grid = { values: Float32Array.from(cam.grid), rows: cam.rows, columns: cam.columns };
  const affine = cam.affinePixels as unknown as PixelAffine;
  const peak = peakOf(grid);
  return {
    at: applyAffine(affine, peak.column, peak.row),
    cell: affine[0],
    lesion: [column, row] as const,
    picture,
    frame,
    lesionCentre,
    grid,
  };
}

const shapes: Record<string, PhantomShape> = {
  square: {},
  'non-square': { columns: 192, rows: 150 },
  'multi-frame': { multiFrame: true },
  mirrored: { mirrored: true },
};

describe.each(Object.entries(shapes))('a nodule in a %s series', (name, shape) => {
  it.each([[[3, -2]], [[-3, 3]]] as const)(
    'has the peak within one cell, the crop off by %j pixels',
    async (missBy) => {
      const { address, truth } = await phantom(name, shape);
      const { at, cell, lesion } = await peakNear(address, truth, missBy);
      expect(Math.abs(at[0] - lesion[0])).toBeLessThanOrEqual(cell);
      expect(Math.abs(at[1] - lesion[1])).toBeLessThanOrEqual(cell);
    },
  );
});

describe('prediction', () => {
  it('sees the picture of the snapshot, bit for bit', async () => {
    const { address, truth } = await phantom('parity', {});
    const { picture, frame, lesionCentre } = await peakNear(address, truth, [0, 0]);
    const frozen = preprocess(greyFrameOf(frame), model.preprocessing, lesionCentre);
    expect(picture.levels).toEqual(frozen.levels);
    expect(networkInput(picture.levels, model.preprocessing)).toEqual(networkInput(frozen.levels, model.preprocessing));
  });

  it('gives a mirrored map for a mirrored image', async () => {
    const plain = await phantom('plain-twin', {});
    const mirrored = await phantom('mirrored-twin', { mirrored: true });
    const one = await peakNear(plain.address, plain.truth, [3, 0]);
    const other = await peakNear(mirrored.address, mirrored.truth, [-3, 0]);
    const { rows, columns, values } = one.grid;
    const largest = Math.max(...values);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const twin = other.grid.values[row * columns + columns - 1 - column] ?? Number.NaN;
        expect(Math.abs(twin - (values[row * columns + column] ?? 0))).toBeLessThan(1e-4 * largest);
      }
    }
  });
});
