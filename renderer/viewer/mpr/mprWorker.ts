import { assembleVolume, type VolumeSlice } from '../../../main/domain/volume/assembleVolume.ts';
import { cutVolume } from '../../../main/domain/volume/cutVolume.ts';
import type { Volume } from '../../../main/domain/volume/volume.ts';
import type { CutAnswer, CutRequest, MprAnswer, MprRequest } from './mprMessages.ts';

/** Holds one volume and cuts it, off the thread that draws the page. */
let slices: VolumeSlice[] = [];
let volume: Volume | undefined;

function answer(request: MprRequest): void {
  if (request.kind === 'slice') {
    slices.push(request.slice);
    return;
  }
  if (request.kind === 'assemble') {
    const { volume: made, ...scale } = assembleVolume(request.shape, slices);
    volume = made;
    slices = [];
    post({ kind: 'assembled', ...scale });
    return;
  }
  const cuts = request.cuts.map(cutOf);
  const buffers = cuts.flatMap((cut) => ('pixels' in cut ? [cut.pixels.buffer] : []));
  post({ kind: 'cuts', cuts }, buffers);
}

function cutOf({ id, cut }: CutRequest): CutAnswer {
  try {
    if (!volume) throw new Error('a cut before there was a volume');
    return { id, ...cutVolume(volume, cut) };
  } catch (error) {
    return { id, message: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const post = (message: MprAnswer, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

self.addEventListener('message', ({ data }: MessageEvent<MprRequest>) => {
  try {
    answer(data);
  } catch (error) {
    post({ kind: 'failed', message: messageOf(error) });
  }
});
