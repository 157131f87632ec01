/** An action a person can trigger by key, palette or button. `keys` are the defaults; a person may remap them. */
export interface ActionDefinition {
  readonly title: string;
  readonly group: string;
  /** Chords as `Ctrl+Shift+KeyZ`: modifiers, then `event.code` for letters and digits, else `event.key`. */
  readonly keys: readonly string[];
}

type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Nine numbered actions. */
const digits = <P extends string>(prefix: P, make: (n: number) => ActionDefinition) =>
  Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${prefix}${i + 1}`, make(i + 1)])) as Record<
    `${P}${Digit}`,
    ActionDefinition
  >;

/**
 * The one list of actions. Every page binds handlers to these ids with `useAction`; the key sheet, the command palette
 * and the shortcut settings are made from it.
 */
export const actionCatalogue = {
  'app.palette': { title: 'Search and commands', group: 'Everywhere', keys: ['Ctrl+KeyK'] },
  'app.keys': { title: 'Show the keys', group: 'Everywhere', keys: ['?'] },
  'app.panel': { title: 'Show or hide the side panel', group: 'Everywhere', keys: ['F9'] },
  'app.open': { title: 'Open images', group: 'Everywhere', keys: ['Ctrl+KeyO'] },
  'app.locate': { title: 'Locate moved files', group: 'Everywhere', keys: [] },
  'app.reader': { title: 'Choose the reader', group: 'Everywhere', keys: [] },
  'app.guide': { title: 'Show the guide', group: 'Everywhere', keys: [] },
  'app.page1': { title: 'Worklist', group: 'Pages', keys: ['Alt+Digit1'] },
  'app.page2': { title: 'Read', group: 'Pages', keys: ['Alt+Digit2'] },
  'app.page3': { title: 'Review', group: 'Pages', keys: ['Alt+Digit3'] },
  'app.page4': { title: 'Datasets', group: 'Pages', keys: ['Alt+Digit4'] },
  'app.page5': { title: 'Train', group: 'Pages', keys: ['Alt+Digit5'] },
  'app.page6': { title: 'Models', group: 'Pages', keys: ['Alt+Digit6'] },
  'app.page7': { title: 'Reports', group: 'Pages', keys: ['Alt+Digit7'] },
  'app.page8': { title: 'Settings', group: 'Pages', keys: ['Alt+Digit8'] },

  'worklist.up': { title: 'Row up', group: 'Worklist', keys: ['ArrowUp'] },
  'worklist.down': { title: 'Row down', group: 'Worklist', keys: ['ArrowDown'] },
  'worklist.read': { title: 'Read the chosen series', group: 'Worklist', keys: ['Enter'] },
  'worklist.preview': { title: 'Preview the chosen series', group: 'Worklist', keys: ['Space'] },
  'worklist.search': { title: 'Search the worklist', group: 'Worklist', keys: ['/'] },

  ...digits('read.answer', (n) => ({ title: `Answer ${n}`, group: 'Answers', keys: [`Digit${n}`] })),
  'read.answer0': { title: 'Cannot be assessed', group: 'Answers', keys: ['Digit0'] },
  'read.next': { title: 'Next case', group: 'Cases', keys: ['Enter'] },
  'read.previous': { title: 'Previous case', group: 'Cases', keys: ['Shift+Enter'] },
  'read.nextOpen': { title: 'Next unanswered case', group: 'Cases', keys: ['KeyN'] },

  'view.forward': { title: 'Next image', group: 'Look', keys: ['ArrowDown', 'ArrowRight'] },
  'view.back': { title: 'Previous image', group: 'Look', keys: ['ArrowUp', 'ArrowLeft'] },
  'view.forward10': { title: 'Ten images on', group: 'Look', keys: ['PageDown'] },
  'view.back10': { title: 'Ten images back', group: 'Look', keys: ['PageUp'] },
  'view.cine': { title: 'Cine', group: 'Look', keys: ['Space'] },
  'view.window': { title: 'Window', group: 'Look', keys: ['KeyW'] },
  'view.zoom': { title: 'Zoom', group: 'Look', keys: ['KeyZ'] },
  'view.pan': { title: 'Pan', group: 'Look', keys: ['KeyP'] },
  'view.scroll': { title: 'Scroll by dragging', group: 'Look', keys: ['KeyS'] },
  'view.loupe': { title: 'Loupe', group: 'Look', keys: ['KeyD'] },
  'view.crosshair': { title: 'Crosshair', group: 'Look', keys: ['KeyO'] },
  'view.invert': { title: 'Invert grey', group: 'Look', keys: ['KeyI'] },
  'view.rotate': { title: 'Turn by a quarter', group: 'Look', keys: ['Shift+KeyT'] },
  'view.flip': { title: 'Flip left and right', group: 'Look', keys: ['Shift+KeyF'] },
  'view.overlays': { title: 'Overlays and annotations', group: 'Look', keys: ['Shift+KeyO'] },
  'view.presentation': { title: 'Next presentation state', group: 'Look', keys: ['Shift+KeyP'] },
  'view.partForward': { title: 'Next time, echo or b-value', group: 'Look', keys: ['Shift+ArrowRight'] },
  'view.partBack': { title: 'Time, echo or b-value before', group: 'Look', keys: ['Shift+ArrowLeft'] },
  'view.reset': { title: 'Reset the view', group: 'Look', keys: ['Home'] },
  ...digits('view.preset', (n) => ({
    title: `Window preset ${n}`,
    group: 'Window presets',
    keys: [`Shift+Digit${n}`],
  })),
  'view.layout1': { title: 'One viewport', group: 'Layout', keys: ['Ctrl+Alt+Digit1'] },
  'view.layout2': { title: 'Two viewports', group: 'Layout', keys: ['Ctrl+Alt+Digit2'] },
  'view.layout4': { title: 'Four viewports', group: 'Layout', keys: ['Ctrl+Alt+Digit4'] },
  'view.layoutMpr': { title: 'Three planes (MPR)', group: 'Layout', keys: ['Ctrl+Alt+Digit3'] },
  'view.link': { title: 'Link viewports', group: 'Layout', keys: ['Shift+KeyL'] },
  'view.referenceLines': { title: 'Reference lines', group: 'Layout', keys: ['Shift+KeyR'] },

  'mark.length': { title: 'Length', group: 'Measure and mark', keys: ['KeyL'] },
  'mark.bidirectional': { title: 'Bidirectional', group: 'Measure and mark', keys: ['KeyB'] },
  'mark.ellipse': { title: 'Ellipse', group: 'Measure and mark', keys: ['KeyE'] },
  'mark.rectangle': { title: 'Rectangle', group: 'Measure and mark', keys: ['KeyR'] },
  'mark.polygon': { title: 'Freehand outline', group: 'Measure and mark', keys: ['KeyF'] },
  'mark.delete': { title: 'Remove the chosen lesion', group: 'Measure and mark', keys: ['Delete', 'Backspace'] },
  'mark.cancel': { title: 'Leave the tool', group: 'Measure and mark', keys: ['Escape'] },
  'edit.undo': { title: 'Undo', group: 'Measure and mark', keys: ['Ctrl+KeyZ'] },
  'edit.redo': { title: 'Redo', group: 'Measure and mark', keys: ['Ctrl+Shift+KeyZ', 'Ctrl+KeyY'] },

  'model.heatMap': { title: 'Heat map on or off', group: 'Model', keys: ['KeyH'] },
  'model.opacityDown': { title: 'Heat map fainter', group: 'Model', keys: ['-'] },
  'model.opacityUp': { title: 'Heat map stronger', group: 'Model', keys: ['+'] },
  'model.method': { title: 'Next CAM method', group: 'Model', keys: ['KeyM'] },
} satisfies Record<string, ActionDefinition>;

export type ActionId = keyof typeof actionCatalogue;

export const actionIds = Object.keys(actionCatalogue) as ActionId[];

export const definitionOf = (id: ActionId): ActionDefinition => actionCatalogue[id];
