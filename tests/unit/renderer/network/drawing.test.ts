import { describe, expect, test } from 'vitest';
import { drawingOf, sharesOf } from '../../../../renderer/features/network/drawing.ts';
import { lanesOf } from '../../../../renderer/features/network/lanes.ts';
import { formatLarge, shapeText } from '../../../../renderer/features/network/networkWords.ts';
import { zoomAt } from '../../../../renderer/features/network/usePanZoom.ts';

const stage = (shape: number[], multiplyAdds = 1) => ({
  ...{ title: 't', shape, parameters: 1, multiplyAdds, activationBytes: 1, layers: [] },
});

describe('the drawing of a network', () => {
  test('faces are to one scale, blocks stand side by side', () => {
    const { input, stages, width } = drawingOf({
      inputShape: [1, 128, 128],
      stages: [stage([64, 32, 32]), stage([128, 16, 16]), stage([2])],
    });
    expect(input.height / (stages[0]?.height ?? 0)).toBeCloseTo(4, 6);
    expect((stages[0]?.height ?? 0) / (stages[1]?.height ?? 0)).toBeCloseTo(2, 6);
    expect(stages[1]?.depth).toBeGreaterThan(stages[0]?.depth ?? 0);
    const blocks = [input, ...stages];
    blocks.slice(1).forEach((block, i) => {
      const before = blocks[i];
      expect(block.x).toBeGreaterThanOrEqual((before?.x ?? 0) + (before?.width ?? 0) + (before?.depth ?? 0));
    });
    expect(width).toBeGreaterThan(stages.at(-1)?.x ?? 0);
  });

  test('shares add up to one, also of nothing', () => {
    expect(sharesOf([stage([1], 3), stage([1], 1)], ({ multiplyAdds }) => multiplyAdds)).toEqual([0.75, 0.25]);
    expect(sharesOf([stage([1], 0)], ({ multiplyAdds }) => multiplyAdds)).toEqual([0]);
  });

  test('a way around goes on in its lane, the branch stands beside it', () => {
    const residual = [{ inputs: [-1] }, { inputs: [0] }, { inputs: [-1, 1] }, { inputs: [2] }];
    expect(lanesOf(residual)).toEqual({ lanes: [1, 1, 0, 0], entry: 0, count: 2 });
  });

  test('four branches of an inception block have four lanes until they are joined', () => {
    const block = [
      { inputs: [-1] },
      { inputs: [-1] },
      { inputs: [1] },
      { inputs: [-1] },
      { inputs: [3] },
      { inputs: [-1] },
    ];
    const { lanes, count } = lanesOf([...block, { inputs: [0, 2, 4, 5] }]);
    expect(new Set([lanes[0], lanes[2], lanes[4], lanes[5]]).size).toBe(4);
    expect(count).toBe(4);
    expect(lanes.at(-1)).toBe(0);
  });

  test('the point under the pointer stays where it is while zooming', () => {
    const at = { x: 200, y: 50 };
    const zoomed = zoomAt({ scale: 1, x: 20, y: -10 }, 2, at);
    expect((at.x - zoomed.x) / zoomed.scale).toBeCloseTo(at.x - 20, 9);
    expect((at.y - zoomed.y) / zoomed.scale).toBeCloseTo(at.y + 10, 9);
    expect(zoomAt(zoomed, 1e6, at).scale).toBe(8);
  });

  test('numbers as people say them', () => {
    expect(['0', '950', '97650', '11171266', '1470000000'].map((text) => formatLarge(Number(text)))).toEqual([
      ...['0', '950', '97.7 thousand', '11.2 million', '1.5 billion'],
    ]);
    expect([shapeText([64, 32, 32]), shapeText([1, 8, 8]), shapeText([512])]).toEqual([
      ...['64 maps of 32 × 32', '1 map of 8 × 8', '512 values'],
    ]);
  });
});
