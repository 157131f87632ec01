import { fillBlock, inverseDct, type SamplePlane } from './inverseDct.ts';
import type { JpegComponent } from './jpegBlocks.ts';
import { damagedJpeg, type JpegFrameHeader } from './jpegMarkers.ts';

/**
 * Coefficients -> samples side by side; components with fewer samples are replicated (ISO 10918-1 annexes A.1, A.3).
 * Errors where a quantization table is missing: damaged-pixels.
 */
export function samplesOf(
  header: JpegFrameHeader,
  components: readonly JpegComponent[],
  quantization: readonly (Uint16Array | undefined)[],
): Uint8Array | Uint16Array {
  const planes = components.map((component, index) => {
    const table = quantization[index];
    if (!table) throw damagedJpeg('lacks a component or its quantization table');
    return planeOf(component, table, header.precision);
  });
  const { rows, columns, precision } = header;
  const [first] = planes;
  if (first && planes.length === 1) return crop(first, rows, columns, precision);
  return weave(header, components, planes);
}

/** The image without what fills up its blocks. */
function crop(
  { samples, stride }: SamplePlane,
  rows: number,
  columns: number,
  precision: number,
): Uint8Array | Uint16Array {
  if (precision > 8 && samples.length === rows * columns) return samples;
  const out = precision === 8 ? new Uint8Array(rows * columns) : new Uint16Array(rows * columns);
  if (stride === columns) out.set(samples.subarray(0, rows * columns));
  else for (let y = 0; y < rows; y++) out.set(samples.subarray(y * stride, y * stride + columns), y * columns);
  return out;
}

/** All samples of the component's blocks, those beyond the image as well. */
function planeOf(component: JpegComponent, quantization: Uint16Array, precision: number): SamplePlane {
  const { blocksWide, blocksHigh, blocksPerLine, coefficients, extents } = component;
  const stride = 8 * blocksWide;
  const plane = { samples: new Uint16Array(8 * blocksHigh * stride), stride };
  for (let row = 0; row < blocksHigh; row++) {
    for (let column = 0; column < blocksWide; column++) {
      const block = row * blocksPerLine + column;
      const to = 8 * (row * stride + column);
      if (extents[block]) inverseDct(coefficients, 64 * block, quantization, precision, plane, to);
      else fillBlock((coefficients[64 * block] ?? 0) * (quantization[0] ?? 0), precision, plane, to);
    }
  }
  return plane;
}

function weave(
  header: JpegFrameHeader,
  components: readonly JpegComponent[],
  planes: readonly SamplePlane[],
): Uint8Array | Uint16Array {
  const { rows, columns, components: step } = header;
  const count = rows * columns * step;
  const out = header.precision === 8 ? new Uint8Array(count) : new Uint16Array(count);
  const maxH = Math.max(...components.map((c) => c.horizontal));
  const maxV = Math.max(...components.map((c) => c.vertical));
  components.forEach(({ horizontal, vertical }, index) => {
    const plane = planes[index];
    if (!plane) throw new Error('a component without its plane');
    const sources = Int32Array.from({ length: columns }, (_, x) => Math.floor((x * horizontal) / maxH));
    for (let y = 0; y < rows; y++) {
      const from = Math.floor((y * vertical) / maxV) * plane.stride;
      copyLine(plane.samples, from, sources, out, y * columns * step + index, step);
    }
  });
  return out;
}

/** One row of a component to every `step`-th value; `sources` says which sample each column takes. */
function copyLine(
  samples: Uint16Array,
  from: number,
  sources: Int32Array,
  out: Uint8Array | Uint16Array,
  at: number,
  step: number,
): void {
  for (let x = 0, to = at; x < sources.length; x++, to += step) out[to] = samples[from + (sources[x] ?? 0)] ?? 0;
}
