import { assembleVolume, type VolumeSlice } from '../../../main/domain/volume/assembleVolume.ts';
import { cutVolume } from '../../../main/domain/volume/cutVolume.ts';
import type { Volume } from '../../../main/domain/volume/volume.ts';
import type { MprAnswer, MprRequest } from './mprMessages.ts';

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
  if (!volume) throw new Error('a cut before there was a volume');
  const cut = cutVolume(volume, request.cut);
  post({ kind: 'cut', id: request.id, ...cut }, [cut.pixels.buffer]);
}

const post = (message: MprAnswer, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

self.addEventListener('message', ({ data }: MessageEvent<MprRequest>) => {
  try {
    answer(data);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    post({ kind: 'failed', id: data.kind === 'cut' ? data.id : undefined, message });
  }
});
