import { describe, expect, it } from 'vitest';
import type { FrameRef, StackDetail } from '../../../../main/contract/images.ts';
import { linkedIndex } from '../../../../renderer/viewer/linkedScrolling.ts';

interface Made {
  readonly z: readonly number[];
  readonly uid?: string | undefined;
  readonly times?: number;
  readonly corner?: readonly [number, number];
  readonly orientation?: number[];
}

function stackOf({ z, uid, times = 1, corner = [0, 0], orientation = [1, 0, 0, 0, 1, 0] }: Made): StackDetail {
  const frames = z.flatMap((mm) =>
    Array.from({ length: times }, (_, timeIndex) => ({
      imageId: `groundglass:1.${mm}/${timeIndex + 1}`,
      position: [corner[0], corner[1], mm],
      orientation,
      slicePositionMm: mm,
      timeIndex,
    })),
  ) as unknown as FrameRef[];
  return { stackId: 'x', frames, frameOfReferenceUid: uid } as unknown as StackDetail;
}
const at = (stack: StackDetail, index: number, linkedAt = index) => ({ now: { stack, index }, linkedAt });

describe('linkedIndex', () => {
  it('finds the nearest place in the patient, whatever the spacing and the corner of the image', () => {
    const thick = stackOf({ z: [0, 5, 10, 15], uid: '1', corner: [-200, -200] });
    const thin = stackOf({ z: [-2, 0, 2, 4, 6, 8, 10], uid: '1' });
    expect(linkedIndex(at(thick, 1), at(thin, 0))).toBe(3);
    expect(linkedIndex(at(thin, 6), at(thick, 0))).toBe(2);
  });

  it('keeps the time of the other series, and takes its own along between two time series', () => {
    const still = stackOf({ z: [0, 5, 10], uid: '1' });
    const timed = stackOf({ z: [0, 5, 10], uid: '1', times: 4 });
    expect(linkedIndex(at(still, 2), at(timed, 1))).toBe(9);
    expect(linkedIndex(at(timed, 7), at(timed, 0))).toBe(7);
  });

  it('goes equally far in mm where the frames of reference differ', () => {
    const early = stackOf({ z: [0, 5, 10, 15, 20], uid: '1' });
    const late = stackOf({ z: [100, 102, 104, 106, 108, 110], uid: '2' });
    expect(linkedIndex(at(early, 2, 1), at(late, 1, 1))).toBe(3); // 5 mm on from 102: 106 is nearer than 108
    expect(linkedIndex(at(early, 0, 1), at(late, 1, 1))).toBe(0);
  });

  it('goes equally far in images without geometry, within the stack', () => {
    const films = { stackId: 'f', frames: Array.from({ length: 4 }, () => ({})) } as unknown as StackDetail;
    expect(linkedIndex(at(films, 3, 1), at(films, 0, 0))).toBe(2);
    expect(linkedIndex(at(films, 0, 3), at(films, 1, 1))).toBe(0);
  });

  it('leaves planes alone that cross', () => {
    const axial = stackOf({ z: [0, 5], uid: '1' });
    const sagittal = stackOf({ z: [0, 5], uid: '1', orientation: [0, 1, 0, 0, 0, -1] });
    expect(linkedIndex(at(axial, 0), at(sagittal, 0))).toBeUndefined();
  });
});
