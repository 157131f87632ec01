import { describe, expect, it } from 'vitest';
import { chordOf, chordText } from '../../../../renderer/components/actions/chord.ts';
import { parseKeymap } from '../../../../renderer/components/actions/keymap.ts';
import { findConflicts, remap } from '../../../../renderer/components/actions/registry.ts';

const press = (
  key: string,
  code: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});

describe('chordOf', () => {
  it('takes digits by their place, whatever the layout prints there', () => {
    expect(chordOf(press('&', 'Digit1'))).toBe('Digit1'); // AZERTY without Shift
    expect(chordOf(press('1', 'Numpad1'))).toBe('Digit1');
    expect(chordOf(press('!', 'Digit1', { shiftKey: true }))).toBe('Shift+Digit1');
  });

  it('takes letters by what they mean', () => {
    expect(chordOf(press('z', 'KeyY'))).toBe('KeyZ'); // QWERTZ
    expect(chordOf(press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+KeyZ');
    expect(chordOf(press('k', 'KeyK', { metaKey: true }))).toBe('Ctrl+KeyK');
  });

  it('takes letters of other scripts by their place', () => {
    expect(chordOf(press('я', 'KeyZ'))).toBe('KeyZ');
  });

  it('lets signs speak for themselves and ignores bare modifiers', () => {
    expect(chordOf(press('?', 'Slash', { shiftKey: true }))).toBe('?');
    expect(chordOf(press(' ', 'Space'))).toBe('Space');
    expect(chordOf(press('Shift', 'ShiftLeft', { shiftKey: true }))).toBeUndefined();
  });
});

describe('chordText', () => {
  it('is what the key sheet shows', () => {
    expect(['Ctrl+Shift+KeyZ', 'Shift+Digit1', '+', 'ArrowDown', 'F9'].map(chordText)).toEqual([
      'Ctrl Shift Z',
      'Shift 1',
      '+',
      '↓',
      'F9',
    ]);
  });
});

describe('the action registry', () => {
  it('has no conflicting default keys', () => {
    expect(findConflicts()).toEqual([]);
  });

  it('detects a conflict made by remapping, within a place and with the keys that work everywhere', () => {
    remap({ 'view.zoom': ['KeyW'], 'worklist.up': ['F9'] });
    const conflicts = findConflicts();
    remap({});
    expect(conflicts).toContainEqual({ chord: 'KeyW', actions: ['view.window', 'view.zoom'] });
    expect(conflicts).toContainEqual({ chord: 'F9', actions: ['app.panel', 'worklist.up'] });
  });
});

describe('parseKeymap', () => {
  it('keeps known actions and survives damaged text', () => {
    expect(parseKeymap('{"view.zoom":["KeyX"],"gone":["KeyQ"]}')).toEqual({ 'view.zoom': ['KeyX'] });
    expect(parseKeymap('not json')).toEqual({});
    expect(parseKeymap('{"view.zoom":"KeyX"}')).toEqual({});
  });
});
