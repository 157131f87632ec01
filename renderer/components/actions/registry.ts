import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { type ActionId, actionIds, definitionOf } from './catalogue.ts';
import { chordOf, type KeyPress } from './chord.ts';

interface Binding {
  readonly run: () => void;
}

/** Handlers of the mounted components; of several for one action the latest mounted counts. */
const bindings = new Map<ActionId, Binding[]>();
const listeners = new Set<() => void>();
let remapped: Partial<Record<ActionId, readonly string[]>> = {};
let version = 0;

function changed(): void {
  version += 1;
  for (const listener of [...listeners]) listener();
}

/** Chords of an action: the person's own, else the defaults. */
export const keysOf = (id: ActionId): readonly string[] => remapped[id] ?? definitionOf(id).keys;

export function remap(keys: Partial<Record<ActionId, readonly string[]>>): void {
  remapped = keys;
  changed();
}

export const remappedKeys = (): Partial<Record<ActionId, readonly string[]>> => remapped;

/** Whether a shown component handles the action now. */
export const isBound = (id: ActionId): boolean => (bindings.get(id)?.length ?? 0) > 0;

/** Runs the action if something handles it; false where nothing does. */
export function runAction(id: ActionId): boolean {
  const binding = bindings.get(id)?.at(-1);
  binding?.run();
  return binding !== undefined;
}

/** The action a key press means on the present page. */
export function actionFor(press: KeyPress): ActionId | undefined {
  const chord = chordOf(press);
  return chord === undefined ? undefined : actionIds.find((id) => isBound(id) && keysOf(id).includes(chord));
}

/** Pages of the rail are never shown together, so their actions may share keys; these groups are. */
const shownTogether: Record<string, string> = { Everywhere: 'all', Pages: 'all', Worklist: 'worklist' };
const placeOf = (id: ActionId): string => shownTogether[definitionOf(id).group] ?? 'read';

export interface KeyConflict {
  readonly chord: string;
  readonly actions: readonly ActionId[];
}

/** Chords that mean two things in one place. */
export function findConflicts(): KeyConflict[] {
  const taken = new Map<string, Set<ActionId>>();
  const meet = (a: ActionId, b: ActionId) => placeOf(a) === placeOf(b) || placeOf(a) === 'all' || placeOf(b) === 'all';
  for (const id of actionIds) for (const chord of keysOf(id)) taken.set(chord, (taken.get(chord) ?? new Set()).add(id));
  return [...taken].flatMap(([chord, ids]) => {
    const actions = [...ids].filter((id) => [...ids].some((other) => other !== id && meet(id, other)));
    return actions.length > 1 ? [{ chord, actions }] : [];
  });
}

/** Binds a handler to an action while the component is shown and `isEnabled` (default true). */
export function useAction(id: ActionId, run: () => void, isEnabled = true): void {
  const onRun = useEffectEvent(run);
  useEffect(() => {
    if (!isEnabled) return;
    const binding: Binding = { run: () => onRun() };
    bindings.set(id, [...(bindings.get(id) ?? []), binding]);
    changed();
    return () => {
      bindings.set(
        id,
        (bindings.get(id) ?? []).filter((other) => other !== binding),
      );
      changed();
    };
  }, [id, isEnabled]);
}

/** Re-renders when handlers or keys change. */
export function useActionRegistry(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => version,
  );
}
