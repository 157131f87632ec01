import { z } from 'zod';
import { type ActionId, actionIds } from './catalogue.ts';

export type Keymap = Partial<Record<ActionId, readonly string[]>>;

const Saved = z.record(z.string(), z.array(z.string().max(40)).max(4));

/** Keys saved in the settings as JSON; ids of actions that no longer exist are dropped, damaged text gives the defaults. */
export function parseKeymap(text: string): Keymap {
  const parsed = Saved.safeParse(parseJson(text));
  if (!parsed.success) return {};
  return Object.fromEntries(Object.entries(parsed.data).filter(([id]) => actionIds.includes(id as ActionId)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fails the schema above
  }
}
