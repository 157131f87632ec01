import { useEffect } from 'react';
import { useSetting } from '../client/settings.ts';
import { parseKeymap } from '../components/actions/keymap.ts';
import { remap } from '../components/actions/registry.ts';

/** Applies the person's own keys as soon as they are known. */
export function useSavedKeys(): void {
  const [saved] = useSetting('shortcuts');
  useEffect(() => {
    if (saved !== undefined) remap(parseKeymap(saved));
  }, [saved]);
}
