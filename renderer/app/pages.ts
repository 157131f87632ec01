import type { PageDefinition } from '../components/page.ts';

const modules = import.meta.glob<{ page: PageDefinition }>('../features/*/page.ts', { eager: true });

/** Every page of the program in rail order: each `features/<name>/page.ts` exports one. */
export const pages: readonly PageDefinition[] = Object.values(modules)
  .map(({ page }) => page)
  .sort((a, b) => a.order - b.order);
