import { AppError } from '../../../domain/errors.ts';
import type { Architecture } from './architecture.ts';
import { resnet18 } from './resnet18.ts';
import { smallCnn } from './smallCnn.ts';

/** In the order in which they are offered. */
export const architectures: readonly Architecture[] = [resnet18, smallCnn];

/** @throws AppError not-found */
export function architectureOf(id: string): Architecture {
  const found = architectures.find((architecture) => architecture.id === id);
  if (found !== undefined) return found;
  const known = architectures.map((architecture) => architecture.id).join(', ');
  throw new AppError('not-found', `There is no architecture called ${id}; there are ${known}.`);
}
