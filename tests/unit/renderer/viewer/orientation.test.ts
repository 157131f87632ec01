import { describe, expect, it } from 'vitest';
import type { FrameRef, StackDetail } from '../../../../main/contract/images.ts';
import { edgeLetters } from '../../../../renderer/viewer/orientation.ts';

const frame = (orientation?: number[]): FrameRef =>
  ({ imageId: 'x', sopInstanceUid: '1.2', frameNumber: 1, orientation }) as unknown as FrameRef;
const stack = (patientOrientation?: string[]): StackDetail => ({ patientOrientation }) as unknown as StackDetail;

describe('edgeLetters', () => {
  it('reads an axial image from ImageOrientationPatient', () => {
    expect(edgeLetters(frame([1, 0, 0, 0, 1, 0]), stack())).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
  });

  it('reads a coronal image', () => {
    expect(edgeLetters(frame([1, 0, 0, 0, 0, -1]), stack())).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
  });

  it('falls back to PatientOrientation of a film', () => {
    expect(edgeLetters(frame(), stack(['L', 'F']))).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
  });

  it('invents nothing', () => {
    expect(edgeLetters(frame(), stack())).toBeUndefined();
    expect(edgeLetters(frame(), stack(['L']))).toBeUndefined();
  });
});
