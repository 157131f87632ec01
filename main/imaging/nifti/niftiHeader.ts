import { type Affine, cross, dot, length, normalize, scale, type Vector3 } from '../../domain/geometry.ts';
import type { PixelDtype } from '../../domain/imageTypes.ts';

export interface NiftiImage {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  readonly times: number;
  readonly dtype: PixelDtype;
  /** Three bytes per voxel: red, green, blue. */
  readonly isRgb: boolean;
  /** (column, row, slice, 1) to LPS mm; absent where the images have no place in space. */
  readonly affine?: Affine | undefined;
  /** mm between columns, rows, slices; 1 where unknown. */
  readonly spacingMm: readonly [number, number, number];
  /** value = slope * voxel + intercept */
  readonly slope: number;
  readonly intercept: number;
  /** At most 79 characters of ASCII; no patient data. */
  readonly description: string;
}

const codes: Readonly<Record<PixelDtype, readonly [code: number, bits: number]>> = {
  uint8: [2, 8],
  int16: [4, 16],
  int32: [8, 32],
  float32: [16, 32],
  float64: [64, 64],
  int8: [256, 8],
  uint16: [512, 16],
  uint32: [768, 32],
};
const rgb24 = [128, 24] as const;
const scannerCoordinates = 1;

/** Where voxels begin: the header and an empty extension flag. */
export const niftiOffset = 352;

/** LPS to RAS: the first two axes point the other way. */
export const toRas = ([x, y, z]: Affine): Affine => [negated(x), negated(y), z, [0, 0, 0, 1]];
// -0 would be written as such.
const negated = (row: Affine[0]): Affine[0] => [0 - row[0], 0 - row[1], 0 - row[2], 0 - row[3]];

/**
 * The header of a single-file NIfTI-1, little endian. The matrix is written as sform; as qform, too, where it is a rotation
 * with spacings: a sheared one cannot be, and readers must use the sform then.
 */
export function niftiHeader(image: NiftiImage): Uint8Array {
  const bytes = new Uint8Array(niftiOffset);
  const view = new DataView(bytes.buffer);
  const [code, bits] = image.isRgb ? rgb24 : codes[image.dtype];
  const dimensions = image.times > 1 ? 4 : 3;
  view.setInt32(0, 348, true);
  bytes[38] = 'r'.charCodeAt(0);
  [dimensions, image.columns, image.rows, image.slices, image.times, 1, 1, 1].forEach((size, i) => {
    view.setInt16(40 + 2 * i, size, true);
  });
  view.setInt16(70, code, true);
  view.setInt16(72, bits, true);
  const ras = image.affine && toRas(image.affine);
  const quaternion = ras && quaternionOf(ras);
  [quaternion?.handedness ?? 1, ...image.spacingMm, image.times > 1 ? 1 : 0].forEach((size, i) => {
    view.setFloat32(76 + 4 * i, size, true);
  });
  view.setFloat32(108, niftiOffset, true);
  view.setFloat32(112, image.slope, true);
  view.setFloat32(116, image.intercept, true);
  view.setUint8(123, 2); // millimetres; the time between volumes is not known
  bytes.set(new TextEncoder().encode(image.description).subarray(0, 79), 148);
  view.setInt16(252, quaternion ? scannerCoordinates : 0, true);
  view.setInt16(254, ras ? scannerCoordinates : 0, true);
  if (ras) {
    const { b, c, d } = quaternion ?? { b: 0, c: 0, d: 0 };
    [b, c, d, ras[0][3], ras[1][3], ras[2][3]].forEach((value, i) => {
      view.setFloat32(256 + 4 * i, quaternion ? value : 0, true);
    });
    ras
      .slice(0, 3)
      .flat()
      .forEach((value, i) => {
        view.setFloat32(280 + 4 * i, value, true);
      });
  }
  bytes.set(new TextEncoder().encode('n+1\0'), 344);
  return bytes;
}

interface Quaternion {
  readonly b: number;
  readonly c: number;
  readonly d: number;
  /** pixdim[0]: -1 where the third axis is turned round. */
  readonly handedness: 1 | -1;
}

const rightAngleTolerance = 1e-4;

/** The rotation of a matrix by quaternion (nifti1.h, method 2); undefined where its axes are not at right angles. */
function quaternionOf(affine: Affine): Quaternion | undefined {
  const column = (i: 0 | 1 | 2): Vector3 => normalize([affine[0][i], affine[1][i], affine[2][i]]);
  const [x, y, given] = [column(0), column(1), column(2)];
  if (length(x) === 0 || length(y) === 0 || length(given) === 0) return undefined;
  const angles = [dot(x, y), dot(x, given), dot(y, given)];
  if (angles.some((cosine) => Math.abs(cosine) > rightAngleTolerance)) return undefined;
  const handedness = dot(cross(x, y), given) < 0 ? -1 : 1;
  const z = scale(given, handedness);
  return { ...vectorPart(x, y, z), handedness };
}

/** Of the unit quaternion, with a real part of at least 0. Columns x, y, z of a rotation. */
function vectorPart(x: Vector3, y: Vector3, z: Vector3): { b: number; c: number; d: number } {
  const [r11, r21, r31] = x;
  const [r12, r22, r32] = y;
  const [r13, r23, r33] = z;
  const trace = r11 + r22 + r33 + 1;
  if (trace > 0.5) {
    const a = Math.sqrt(trace) / 2;
    return { b: (r32 - r23) / (4 * a), c: (r13 - r31) / (4 * a), d: (r21 - r12) / (4 * a) };
  }
  const [xd, yd, zd] = [1 + r11 - r22 - r33, 1 + r22 - r11 - r33, 1 + r33 - r11 - r22];
  if (xd >= yd && xd >= zd) {
    const b = Math.sqrt(xd) / 2;
    return signed({ a: (r32 - r23) / (4 * b), b, c: (r12 + r21) / (4 * b), d: (r13 + r31) / (4 * b) });
  }
  if (yd >= zd) {
    const c = Math.sqrt(yd) / 2;
    return signed({ a: (r13 - r31) / (4 * c), b: (r12 + r21) / (4 * c), c, d: (r23 + r32) / (4 * c) });
  }
  const d = Math.sqrt(zd) / 2;
  return signed({ a: (r21 - r12) / (4 * d), b: (r13 + r31) / (4 * d), c: (r23 + r32) / (4 * d), d });
}

const signed = ({ a, b, c, d }: { a: number; b: number; c: number; d: number }) =>
  a < 0 ? { b: -b, c: -c, d: -d } : { b, c, d };
