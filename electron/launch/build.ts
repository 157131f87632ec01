import { buildBundles, page, programs } from './bundles.ts';

/** `npm run build`: everything a package needs, below dist/. */
await buildBundles([page, ...programs], { always: true });
