import { builtRenderer } from '../../../main/host/browser/builtRenderer.ts';

/** Builds the page once, before several programs are started at the same time. */
export default async function buildPage(): Promise<void> {
  await builtRenderer(() => console.log('Building the page'));
}
