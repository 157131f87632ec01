import type { FrameImage } from '../../domain/imageTypes.ts';
import { loadFrame } from '../../imaging/loadFrame.ts';

interface FrameAddress {
  readonly address: string;
  /** From 1. */
  readonly frameNumber: number;
}

/** Where a slice of a case is read from, with its channels where these are several series. */
export interface SliceAddress extends FrameAddress {
  readonly channels?: readonly (readonly (FrameAddress & { readonly share: number })[])[];
}

/** A slice as it was read. */
export interface ReadSlice {
  readonly frame: FrameImage;
  readonly channels?: readonly (readonly { readonly frame: FrameImage; readonly share: number }[])[];
}

export async function readSlice({ address, frameNumber, channels }: SliceAddress): Promise<ReadSlice> {
  const frame = await loadFrame(address, frameNumber);
  if (!channels) return { frame };
  const read: { frame: FrameImage; share: number }[][] = [];
  for (const parts of channels) {
    const channel: { frame: FrameImage; share: number }[] = [];
    for (const part of parts)
      channel.push({ frame: await loadFrame(part.address, part.frameNumber), share: part.share });
    read.push(channel);
  }
  return { frame, channels: read };
}
