import type { OpenDialogOptions, WebFrameMain } from 'electron';
import { z } from 'zod';
import { isOwnFrame } from './appScheme.ts';

const PickRequest = z.object({ kind: z.enum(['files', 'folder']) });

/** The dialog for what the page asked; throws for other frames and for anything but the two kinds. */
export function pickDialog(sender: Pick<WebFrameMain, 'url'> | null, request: unknown): OpenDialogOptions {
  if (!isOwnFrame(sender?.url)) throw new Error('refused: not the page of this program');
  const { kind } = PickRequest.parse(request);
  return kind === 'folder'
    ? { title: 'Choose a folder with images', properties: ['openDirectory'] }
    : { title: 'Choose images', properties: ['openFile', 'multiSelections'] };
}
