import { useEffect, useState } from 'react';
import type { StackDetail } from '../../../main/contract/images.ts';
import { errorText } from '../../client/hooks.ts';
import { frames } from '../../viewer/frames.ts';
import { MprSession } from '../../viewer/mpr/mprSession.ts';
import { MprVolume } from '../../viewer/mpr/mprVolume.ts';

export type MprStatus =
  | { readonly kind: 'loading'; readonly share: number }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'ready'; readonly session: MprSession };

/** The planes of a stack at one of its times; undefined while they are not wanted. */
export function useMpr(stack: StackDetail | undefined, time: number, isOn: boolean): MprStatus | undefined {
  const [status, setStatus] = useState<MprStatus>();
  useEffect(() => {
    if (!isOn || !stack) return;
    const ending = new AbortController();
    const { signal } = ending;
    let session: MprSession | undefined;
    const onProgress = (share: number): void => setStatus({ kind: 'loading', share });
    onProgress(0);
    const open = (volume: MprVolume): void => {
      if (signal.aborted) {
        volume.destroy();
        return;
      }
      session = new MprSession(volume, stack);
      setStatus({ kind: 'ready', session });
    };
    const fail = (error: unknown): void => {
      if (!signal.aborted) setStatus({ kind: 'failed', text: errorText(error) });
    };
    void MprVolume.load(frames, stack, time, { onProgress, signal }).then(open).catch(fail);
    return () => {
      ending.abort();
      session?.destroy();
      setStatus(undefined);
    };
  }, [stack, time, isOn]);
  return status;
}
