import type { Affine } from '../../../main/domain/geometry.ts';
import type { NiftiImage } from '../../../main/imaging/nifti/niftiHeader.ts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Columns of the matrix are spacing times direction; LPS. */
function affineOf(
  axes: readonly (readonly [number, number, number])[],
  spacing: readonly number[],
  origin: readonly number[],
): Affine {
  const row = (r: number) =>
    [0, 1, 2, 3].map((c) => (c === 3 ? (origin[r] ?? 0) : (axes[c]?.[r] ?? 0) * (spacing[c] ?? 0)));
  return [row(0), row(1), row(2), [0, 0, 0, 1]] as unknown as Affine;
}

const [c, s] = [Math.cos(radians(20)), Math.sin(radians(20))];
const [c2, s2] = [Math.cos(radians(-35)), Math.sin(radians(-35))];
const oblique = [
  [c * c2, s, c * s2],
  [-s * c2, c, -s * s2],
  [-s2, 0, c2],
] as const;
const [ct, st] = [Math.cos(radians(12)), Math.sin(radians(12))];

const image = (name: string, affine: Affine, change: Partial<NiftiImage> = {}) => ({
  name,
  image: {
    ...{ columns: 5, rows: 4, slices: 3, times: 1, dtype: 'int16' as const, isRgb: false, affine },
    ...{ slope: 1, intercept: -1024, description: 'Groundglass' },
    spacingMm: [0, 1, 2].map((i) => Math.hypot(...[0, 1, 2].map((r) => affine[r as 0][i as 0]))) as unknown as [
      number,
      number,
      number,
    ],
    ...change,
  } satisfies NiftiImage as NiftiImage & { readonly affine: Affine },
});

/** Stacks whose headers were read by nibabel (tests/oracles/nifti.py); its answers are in tests/fixtures/nifti. */
export const niftiCases = [
  image('axial', affineOf([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0.7, 0.8, 2.5], [-120.5, -90.25, 33])),
  image('feet-first', affineOf([[-1, 0, 0], [0, -1, 0], [0, 0, 1]], [1, 1, 3], [100, 80, -20])),
  image('sagittal', affineOf([[0, 1, 0], [0, 0, -1], [-1, 0, 0]], [0.9, 0.9, 1.2], [70, -110, 140])),
  image('coronal', affineOf([[1, 0, 0], [0, 0, -1], [0, 1, 0]], [1.1, 1.1, 4], [-100, -60, 120])),
  image('oblique', affineOf(oblique, [0.5, 0.5, 3.3], [-44.4, 12.125, -8])),
  image('oblique-descending', affineOf([oblique[0], oblique[1], oblique[2].map((x) => -x) as never], [0.5, 0.6, 2], [1, 2, 3])),
  image('tilted', affineOf([[1, 0, 0], [0, ct, -st], [0, 0, 1]], [0.9, 0.9, 2.5], [-40, -45, -30])),
  image('four-dimensional', affineOf([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [3.4, 3.4, 4], [-107, -88, -50]), { times: 2 }),
  image('half-turn', affineOf([[1, 0, 0], [0, -1, 0], [0, 0, -1]], [1, 1, 1], [0, 0, 0])),
]; // biome-ignore format: matrices
