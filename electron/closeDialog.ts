import type { MessageBoxOptions } from 'electron';

export type CloseChoice = 'background' | 'stop' | 'stay';

const choices: readonly CloseChoice[] = ['background', 'stop', 'stay'];

/** Asked when the window is closed while something runs. */
export const closeDialog: MessageBoxOptions = {
  type: 'question',
  title: 'Groundglass is still working',
  message: 'Something is still running.',
  detail:
    'It can go on without a window; start Groundglass again to see it. Or it is saved at its last step and can be resumed later.',
  buttons: ['Go on in the background', 'Save and stop', 'Cancel'],
  defaultId: 0,
  cancelId: 2,
  noLink: true,
};

export const closeChoice = (button: number): CloseChoice => choices[button] ?? 'stay';
